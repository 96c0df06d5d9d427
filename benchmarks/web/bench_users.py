"""Fifty people at once on the real server (`hengji serve`), with a province in it, and the same with a tenth of it.

1,000 units with a folder each, 20,000 projects, 200,000 indicators (`--units N` for fewer), made here and not real. Fifty
users of five roles sign in and then look at one page after another for `--seconds`, each with a pause of a few seconds as
people make it; now and then finance saves a cell. What is measured is the whole answer as the browser waits for it,
waiting for a free worker included. Printed are p50, p95, p95 over that with a tenth of the units, and every error.

    python benchmarks/web/bench_users.py [--units 1000] [--users 50] [--seconds 60] [--pause 3] [--once]
"""

from __future__ import annotations

import argparse
import datetime
import http.client
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import defaultdict
from pathlib import Path
from typing import Any

LIMIT = 200
PASSWORD = "hengji-bench-2024"
PAGES = {
    "home": "/", "years": "/years", "search": "/years?q=%E5%8D%95%E4%BD%8D1", "units": "/units", "table": "/years/{}",
    "worst first": "/years/{}?order=worst", "findings": "/years/{}/findings", "registers": "/years/{}/registers",
    "register": "/years/{}/registers/petition", "bindings": "/years/{}/bindings/1", "surveys": "/years/{}/surveys",
    "evaluations": "/years/{}/evaluations", "evaluation": "/years/{}/evaluations/self_evaluation/1",
    "figure": "/years/{}/figure/1/1",
    "grid": "/years/{}/grid", "charts": "/years/{}/charts", "forms": "/years/{}/forms",
    "preview": "/years/{}/forms/self_evaluation/1", "form": "/years/{}/forms/self_evaluation/1.html",
    "review form": "/years/{}/review/1", "rows": "/years/{}/registers/petition/rows",
    "writing": "/years/{}/evaluations/self_evaluation/1/writing", "proof": "/years/{}/proof",
    "frame": "/years/{}/frames/department/0",
    "overview": "/years/{}/unit", "case": "/years/{}/cases/targets", "acts": "/years/{}/acts",
}  # fmt: skip
ONLY = {"writing": ("finance", "business"), "proof": ("finance",)}
"""Pages that not every role has."""
CELL = "/years/{}/cell/2/1/annual_target"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--units", type=int, default=1000)
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--pause", type=float, default=3.0)
    asked.add_argument("--once", action="store_true", help="only the full size")
    given = asked.parse_args()
    sizes = [given.units] if given.once else [max(given.users, given.units // 10), given.units]
    found = [run(units, given.users, given.seconds, given.pause) for units in sizes]
    small, (full, errors) = found[0][0], found[-1]
    print(f"{sizes[-1]:,} units, {sizes[-1] * 20:,} projects, {sizes[-1] * 200:,} indicators; {given.users} users, ms")
    print(f"{'page':<14}{'asked':>7}{'p50':>8}{'p95':>8}{f'p95 / {sizes[0]} units':>20}")
    over = []
    for name in (*PAGES, "save a cell"):
        p95, few = _p95(full[name]), _p95(small[name])
        if p95 > LIMIT and name in PAGES:
            over.append(name)
        middle, ratio = statistics.median(full[name] or [0.0]), f"{p95 / few:.2f}" if few else "-"
        print(f"{name:<14}{len(full[name]):>7}{middle:>8.1f}{p95:>8.1f}{ratio:>20}")
    asked_for = sum(map(len, full.values()))
    print(f"{asked_for} answers, {asked_for / given.seconds:.1f} a second, {len(errors)} errors {errors[:3] or ''}")
    print(f"load of the machine, this run's own included: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"over {LIMIT} ms: {', '.join(over) or 'none'}")
    sys.exit(1 if over or errors else 0)


def run(units: int, users: int, seconds: int, pause: float) -> tuple[dict[str, list[float]], list[str]]:
    """Fill a folder, serve it, let people work."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        ran = subprocess.run([sys.executable, __file__, "fill", str(data), str(units), str(users)], check=True,
                             capture_output=True, text=True)  # fmt: skip
        places = [line.split("\t") for line in ran.stdout.splitlines()]
        begun = time.perf_counter()
        server, port = served(data)
        print(f"{units} units: answers {time.perf_counter() - begun:.1f} s after the start", flush=True)
        try:
            return worked(port, places, seconds, pause)
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def fill(data: Path, units: int, users: int) -> None:
    """Folders and index; prints a line for each user: name and the dossier that the person looks at."""
    os.environ |= {"HENGJI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hengji.web.settings"}
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    sys.path.insert(0, str(Path(__file__).parent))
    from bench_pages import filled
    from django.contrib.auth.hashers import make_password

    from hengji.web.access import Role
    from hengji.web.people.models import Membership, Organisation, User
    from hengji.web.years.models import Dossier, Indicator

    filled(units)
    pattern = template(data)
    dossiers = list(Dossier.objects.select_related("organisation__parent").order_by("pk"))
    file = next(p.name for p in (pattern / "evaluations").glob("self_evaluation-*.json"))
    for one in dossiers:
        shutil.copytree(pattern, one.folder)
    shutil.rmtree(pattern)
    Dossier.objects.update(scored_file=file)
    Indicator.objects.filter(row__in=(1, 2)).update(measure="closed_rate")
    figured(dossiers)
    hashed, fiscal = make_password(PASSWORD), Organisation.objects.get(name="财政厅")
    roles = (Role.FINANCE, Role.BUSINESS, Role.HEAD, Role.FINANCE, Role.SUPERVISOR, Role.BUSINESS, Role.FINANCE, Role.AUDITOR,
             Role.FISCAL, Role.BUSINESS)  # fmt: skip
    for n in range(users):
        role, own = roles[n % len(roles)], dossiers[n % units]
        user = User.objects.create(username=f"u{n}", password=hashed, full_name=f"用户{n}")
        place = {Role.SUPERVISOR: own.organisation.parent, Role.FISCAL: fiscal}.get(role, own.organisation)
        Membership.objects.create(user=user, organisation=place, role=role.value)
        print(f"u{n}\t{own.pk}\t{role.value}")
    from django.db import connection

    connection.close()


def figured(dossiers: list[Any]) -> None:
    """The figures of the first dossier computed and kept unfolded; all folders are alike, so the others get the same."""
    from hengji.web.years.index import index_actuals
    from hengji.web.years.models import Dossier, Month, Unfolding

    index_actuals(dossiers[0])
    dossiers[0].refresh_from_db()
    Dossier.objects.update(unfolded_from=dossiers[0].unfolded_from, computed_as_of=dossiers[0].computed_as_of)
    kept = list(dossiers[0].unfoldings.all())
    counts = {"met": 9, "not_met": 1, "open": 0, "green": 9, "yellow": 1, "red": 0, "blue": 0}
    for one in dossiers:
        Month.objects.bulk_create(
            Month(dossier=one, as_of=datetime.date(2024, m, 28), budget=1000, outturn=80 * m, forecast=960, **counts)
            for m in range(1, 13)
        )
        if one.pk != dossiers[0].pk:
            Unfolding.objects.bulk_create(
                Unfolding(dossier=one, project=u.project, indicator=u.indicator, packed=u.packed) for u in kept
            )


def template(data: Path) -> Path:
    """A dossier with the table that the index is filled with, bindings, records and a frozen self-evaluation."""
    from hengji.dossier import create, open_dossier
    from hengji.dossier.computed import store_of
    from hengji.dossier.evaluated import evaluate
    from hengji.dossier.frozen import freeze
    from hengji.model.evaluation import Stage

    lines = ["2024年度项目支出绩效目标表", "单位：万元", "项目名称\t总计\t绩效目标\t绩效指标"]
    for p in range(1, 21):
        packed = "。".join(
            f"{r}、1-产出指标；11-数量指标；指标{r}；实施周期指标值:≥90%；年度指标值:≥90%" for r in range(1, 11)
        )
        lines.append(f"项目{p}\t50.00\t完成各项任务。\t{packed}。")
    bindings = "".join(
        f'[[binding]]\nproject = "项目{p}"\nindicator = {r}\nmeasure = "closed_rate"\nunit = "%"\nreading = "按期办结"\n'
        'confirmed_by = "甲"\nconfirmed_on = 2024-01-15\n\n'
        for p in range(1, 21) for r in (1, 2)
    )  # fmt: skip
    day = datetime.date(2024, 1, 1)
    records = ["来源系统,来源编号,渠道,收到日期,应办结日期,办结日期,办理结果"]
    records += [f"信访系统,{n},12345,{day + datetime.timedelta(n % 300)},{day + datetime.timedelta(n % 300 + 60)},"
                f"{day + datetime.timedelta(n % 300 + 50 + n % 20)},办结" for n in range(2000)]  # fmt: skip
    folder = data / "pattern"
    create("\n".join(lines).encode(), "table.txt", folder, year=2024)
    (folder / "bindings.toml").write_text(bindings, "utf-8")
    at = datetime.datetime(2024, 12, 31)
    store_of(open_dossier(folder)).add_file("petition", "\n".join(records).encode(), at=at, file="p.csv", year=2024)
    freeze(evaluate(open_dossier(folder), Stage.SELF_EVALUATION, datetime.date(2024, 12, 31)), at)
    return folder


def served(data: Path) -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hengji.web", "--data", str(data), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
    for _ in range(3000):
        if server.poll() is not None:
            raise SystemExit("the server ended")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return server, port
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server does not answer")


class Person:
    """Somebody at a browser: cookies, one connection that is kept."""

    def __init__(self, port: int, name: str, dossier: str, role: str) -> None:
        self.port, self.dossier, self.role = port, dossier, role
        self.cookies: dict[str, str] = {}
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        status, _ = self.post("/sign-in", username=name, password=PASSWORD)
        if status != 302:
            raise SystemExit(f"{name} cannot sign in: {status}")

    def ask(self, path: str, body: str | None = None) -> tuple[int, str]:
        said = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if body is not None:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            answer = self._answer(path, body, said)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # A line that was idle too long; browsers open another one and ask again.
            self.line.close()
            answer = self._answer(path, body, said)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def _answer(self, path: str, body: str | None, said: dict[str, str]) -> http.client.HTTPResponse:
        self.line.request("POST" if body is not None else "GET", path, body, said)
        return self.line.getresponse()

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        _, page = self.ask(path)
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|seen)" value="([^"]*)"', page))
        return self.ask(path, urllib.parse.urlencode({**hidden, **fields}))


def worked(port: int, places: list[list[str]], seconds: int, pause: float) -> tuple[dict[str, list[float]], list[str]]:
    people = [Person(port, *place) for place in places]
    spent: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    for name in PAGES:  # each page once: templates are compiled, files are in memory
        people[0].ask(PAGES[name].format(people[0].dossier))
    end = time.perf_counter() + seconds

    def work(person: Person, chance: random.Random) -> None:
        time.sleep(chance.uniform(0, pause))
        n = 0
        while time.perf_counter() < end:
            n += 1
            saves = person.role == "finance" and n % 5 == 0
            theirs = [page for page in PAGES if person.role in ONLY.get(page, (person.role,))]
            name = "save a cell" if saves else chance.choice(theirs)
            try:
                begun = time.perf_counter()
                if saves:
                    path, wanted = CELL.format(person.dossier), 302
                    fields: dict[str, Any] = {"value": f"≥{60 + n % 30}%", "why": "核对", "kind": "correction"}
                    status, _ = person.post(path, **fields)
                else:
                    wanted, (status, _) = 200, person.ask(PAGES[name].format(person.dossier))
                spent[name].append((time.perf_counter() - begun) * 1000)
                if status != wanted:
                    errors.append(f"{name}: {status}")
            except OSError as error:
                errors.append(f"{name}: {error}")
                person.line.close()
            time.sleep(chance.uniform(0.5 * pause, 1.5 * pause))

    threads = [threading.Thread(target=work, args=(p, random.Random(n))) for n, p in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent, errors


def _p95(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=20)[-1] if len(spent) > 1 else (spent or [0.0])[0]


if __name__ == "__main__":
    if sys.argv[1:2] == ["fill"]:
        fill(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        main()
