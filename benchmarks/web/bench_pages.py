"""Server time of the main pages with a province in the database, and as a ratio to a page that asks for nothing.

1,000 units, 20,000 projects, 200,000 indicators, 60,000 findings (`--units N` for fewer), made here and not real. Each page
is asked for by three roles in turn; printed are p50, p95, queries, and p95 over that of the health page.

    python benchmarks/web/bench_pages.py [--units 1000] [--rounds 40]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--units", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=40)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {
            "HENGJI_DATA": data,
            "DJANGO_SETTINGS_MODULE": "hengji.web.settings",
            "HENGJI_HOSTS": "testserver",
        }
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        filled(given.units)
        measure(given.units, given.rounds)


def filled(units: int) -> None:
    """Organisations, accounts, dossiers with 20 projects of 10 indicators each."""
    from django.utils import timezone

    from hengji.web.access import Role
    from hengji.web.flow.models import Case, Subject
    from hengji.web.people.models import Kind, Membership, User, founded
    from hengji.web.years.counts import count
    from hengji.web.years.models import Dossier, Found, Indicator, Project

    fiscal = founded("财政厅", Kind.FISCAL)
    now, places = timezone.now(), [founded(f"主管部门{n}", Kind.SUPERVISING, fiscal) for n in range(20)]
    bodies = [founded(f"单位{n}", Kind.UNIT, places[n % 20]) for n in range(units)]
    for role, place in ((Role.FISCAL, fiscal), (Role.SUPERVISOR, places[0]), (Role.FINANCE, bodies[0])):
        user = User.objects.create_user(role.value, password="p")
        Membership.objects.create(user=user, organisation=place, role=role.value)
    for at in range(0, units, 100):
        rows = Dossier.objects.bulk_create(
            Dossier(organisation=b, year=2024, key=f"k{b.pk}", title="项目支出绩效目标表", money_unit="万元", total=1000,
                    pack="national-2020", confirmed_at=now, computed_as_of="2024-12-31")
            for b in bodies[at : at + 100]
        )  # fmt: skip
        Case.objects.bulk_create(Case(dossier=d, subject=s, desk="fiscal") for d in rows for s in Subject.values)
        projects = Project.objects.bulk_create(
            Project(dossier=d, number=n, name=f"项目{n}", objective="完成各项任务" * 20, total=50, final_budget=50, outturn=45)
            for d in rows for n in range(1, 21)
        )  # fmt: skip
        Indicator.objects.bulk_create(
            (
                Indicator(project=p, row=r, number=r, level1="产出指标", level2="数量指标", name=f"指标{r}", annual_target="≥90%",
                          value="95.5", unit="%", status="ok", judgement="met" if r % 5 else "not_met")
                for p in projects for r in range(1, 11)
            ),
            batch_size=2000,
        )  # fmt: skip
        for one in rows:
            count(one)
        Found.objects.bulk_create(
            Found(dossier=d, order=n, project=1 + n % 20, row=1, indicator=1, cell="name", code="T01", severity="warning",
                  zh="指标值没有数" * 5, en="no number " * 5)
            for d in rows for n in range(60)
        )  # fmt: skip


def measure(units: int, rounds: int) -> None:
    """Ask for every main page and print what it took."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hengji.web.people.models import User

    clients = []
    for user in User.objects.all():
        client = Client()
        client.force_login(user)
        clients.append(client)
    pages = {
        "health": "/health", "home": "/", "years": "/years", "search": "/years?q=%E5%8D%95%E4%BD%8D1", "table": "/years/{}",
        "worst first": "/years/{}?order=worst", "findings": "/years/{}/findings", "evaluations": "/years/{}/evaluations",
        "overview": "/years/{}/unit", "case": "/years/{}/cases/targets", "acts": "/years/{}/acts",
    }  # fmt: skip
    bare = 0.0
    print(f"{units:,} units, {units * 20:,} projects, {units * 200:,} indicators; server time in ms")
    print(f"{'page':<12}{'p50':>8}{'p95':>8}{'queries':>9}{'p95 / health':>14}")
    for name, url in pages.items():
        spent = []
        for client in clients:
            client.get(url.format(1))  # templates are compiled once
        for n in range(rounds):
            client = clients[n % len(clients)]
            where = url.format(1)  # the unit that all three roles see
            begin = time.perf_counter()
            answer = client.get(where)
            spent.append((time.perf_counter() - begin) * 1000)
            assert answer.status_code == 200, (name, answer.status_code)
        with CaptureQueriesContext(connection) as queries:
            clients[0].get(url.format(1))
        p95 = statistics.quantiles(spent, n=20)[-1]
        bare = bare or p95
        print(f"{name:<12}{statistics.median(spent):>8.1f}{p95:>8.1f}{len(queries):>9}{p95 / bare:>14.1f}")


if __name__ == "__main__":
    main()
