"""A scripted year over HTTP, killed with -9 at random moments in web, worker or both: nothing acknowledged is lost.

Import → correct → submit → return → submit → approve three times → bind → records → monitor → self-evaluate → file the
scan; when a year is done the next begins. After each kill, with the site down, everything that a page acknowledged must be
there and the trail of acts must prove whole; after the next start folder, index, cases and locks must agree. HENGJI_KILLS
says how many kills.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import threading
import time
import urllib.error
import urllib.parse
from pathlib import Path
from typing import Any

from hengji.dossier import open_dossier
from hengji.dossier.computed import bindings_of, store_of
from hengji.dossier.frozen import verify
from hengji.dossier.locks import Part, State, locks_of
from hengji.dossier.stored import newest_file
from hengji.model.evaluation import Stage
from tests.cli.test_compute_command import TABLE
from tests.web.sites import Site, served, trail_is_whole
from tests.web.test_site_kills import KILLS, Person

DESKS = ("caiwu", "lingdao", "caiwu", "lingdao", "zhuguan", "caizheng")
"""Who moves the targets: submitted, returned, submitted again (straight back to the head), approved three times."""
ORDER = ("import", "confirm", "correct", *(f"move {n}" for n in range(len(DESKS))), "bind", "records", "monitoring",
         "self_evaluation", "scan")  # fmt: skip


class Year:
    """One year of the script: what is durable of it, and how to do the next step."""

    def __init__(self, data: Path, year: int) -> None:
        self.data, self.year = data, year

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with contextlib.closing(sqlite3.connect(self.data / "hengji.sqlite3")) as base:
            return base.execute(query, values).fetchall()

    @property
    def dossier(self) -> tuple[int, str, Any] | None:
        found = self.rows("SELECT id, key, confirmed_at FROM years_dossier WHERE year = ?", self.year)
        return found[0] if found else None

    def done(self, step: str) -> bool:
        """Whether a step is there for good, as the database and the folder have it."""
        if self.dossier is None:
            return False
        pk, key, confirmed = self.dossier
        path = self.data / "dossiers" / key
        folder = open_dossier(path)  # raises where half of it is there
        changes = folder.changes.read()
        if step == "import":
            return True
        if step == "confirm":
            return confirmed is not None
        if step == "correct":
            return any(c.kind == "correction" for c in changes)
        if step.startswith("move"):
            moved = self.rows("SELECT count(*) FROM flow_step s JOIN flow_case c ON c.id = s.case_id "
                              "WHERE c.dossier_id = ?", pk)  # fmt: skip
            return moved[0][0] > int(step.split()[1])
        if step == "bind":
            return bool(bindings_of(path))
        if step == "records":  # acknowledged once it is asked for: the worker must come to its end
            return bool(self.rows("SELECT 1 FROM jobs_job WHERE dossier_id = ? AND kind = 'records'", pk))
        if step == "scan":
            kept = [c.new["attachment"] for c in changes if c.kind == "attachment"]
            return any(next((path / "attachments").glob(f"{digest}*"), None) for digest in kept)
        return bool(newest_file(path, Stage(step)))

    def agrees(self) -> None:
        """Folder, index, cases and locks say the same; for a site that has started and is at rest."""
        if self.dossier is None:
            return
        pk, key, _ = self.dossier
        path = self.data / "dossiers" / key
        ((seen, watched, scored),) = self.rows(
            "SELECT changes_seen, watched_file, scored_file FROM years_dossier WHERE id = ?", pk
        )
        assert seen == len([c for c in open_dossier(path).changes.read() if c.kind != "attachment"]) or seen == len(
            open_dossier(path).changes.read()
        )
        assert (watched, scored) == (newest_file(path, Stage.MONITORING), newest_file(path, Stage.SELF_EVALUATION))
        desk = dict(self.rows("SELECT subject, desk FROM flow_case WHERE dossier_id = ?", pk)).get("targets", "prepare")
        lock = locks_of(path).get(Part.TARGETS)
        wanted = {"prepare": State.OPEN, "done": State.APPROVED}.get(desk, State.SUBMITTED)
        assert (lock.state if lock else State.OPEN) is wanted
        assert not verify(open_dossier(path)).differences


class Crew:
    """The people of one site, each signed in at the first act."""

    def __init__(self, site: Site) -> None:
        self.site, self.people = site, dict[str, Person]()

    def __getitem__(self, name: str) -> Person:
        if name not in self.people:
            self.people[name] = Person(self.site.address, self.site.passwords[name], name)
        return self.people[name]

    def take(self, year: Year, step: str) -> str:
        """Take one step and return the address that answered."""
        pk = year.dossier[0] if year.dossier else 0
        at = f"/years/{pk}"
        if step == "import":
            finance = self["caiwu"]
            with finance.open(self.site.address + "/years/import", timeout=60) as answer:
                unit = re.search(r'<option value="(\d+)"', answer.read().decode())
            table = TABLE.replace("2024年度", f"{year.year}年度").encode()
            return finance.upload("/years/import", "/years/import", ("t.txt", table), unit=unit[1], year=str(year.year))
        if step == "confirm":
            return self["caiwu"].post(at + "/confirm", page=at + "/proof")
        if step == "correct":
            return self["caiwu"].post(at + "/cell/1/2/annual_target", value="6件", why="核对", kind="correction")
        if step.startswith("move"):
            n = int(step.split()[1])
            how = {"move": "return", "to": "prepare", "reason": "第3项没有时限"} if n == 1 else {"move": "forward"}
            return self[DESKS[n]].post(at + "/cases/targets/move", page=at + "/cases/targets", **how)
        if step == "bind":
            return self["yewu"].post(at + "/bindings/1", **{"choice-1": "0", "choice-2": "0"})
        if step == "records":
            rows = "来源系统,来源编号,渠道,收到日期,应办结日期,办结日期,办理结果\n" + "".join(
                f"信访系统,{n},12345,{year.year}-01-{n:02},{year.year}-03-{n:02},{year.year}-02-{n:02},办结\n" for n in range(1, 29)
            )  # fmt: skip
            page = at + "/registers/petition"
            return self["yewu"].upload(page + "/upload", page, ("p.csv", rows.encode()))
        if step == "scan":
            return self["caiwu"].upload(
                at + "/scans", at + "/evaluations", ("s.pdf", b"%PDF-1.4 sealed"), of="1 自评表"
            )
        day = f"{year.year}-07-31" if step == "monitoring" else f"{year.year}-12-31"
        return self["caiwu"].post(at + "/evaluate", page=at + "/evaluations", stage=step, as_of=day)

    def waits(self, name: str, job: str) -> None:
        """Wait until the worker has come to the end of a job."""
        for _ in range(600):
            with self[name].open(job, timeout=60) as answer:
                if 'hx-trigger="every 1s"' not in answer.read().decode():
                    return
            time.sleep(0.1)
        raise AssertionError(f"{job} does not end")


def worked(site: Site, year: Year, told: list[str], ended: threading.Event) -> None:
    """Take the steps that are not there yet, one after another, until all are or the site is gone."""
    crew = Crew(site)
    with contextlib.suppress(OSError, urllib.error.URLError, ConnectionError, ValueError):
        for step in ORDER:
            if year.done(step):
                continue
            where = crew.take(year, step)
            if step in ("records", "monitoring", "self_evaluation"):
                crew.waits("yewu" if step == "records" else "caiwu", where)
            told.append(step)
        ended.set()


def processes(site: Site) -> dict[str, list[int]]:
    """The web servers and the worker of a site."""
    found: dict[str, list[int]] = {"web": [], "worker": []}
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            if os.getpgid(int(entry.name)) == site.process.pid:
                command = (entry / "cmdline").read_bytes()
                if b"granian" in command:
                    found["web"].append(int(entry.name))
                elif b"hengji.web.worker" in command:
                    found["worker"].append(int(entry.name))
    return found


def test_a_scripted_year_survives_kills_of_web_and_worker_without_loss_or_half_states(tmp_path):
    from hengji.dossier import create

    create(TABLE.encode(), "table.txt", tmp_path / "year", year=2024)
    data, chance = tmp_path / "data", random.Random(20250101)
    year, told, years, victims, acts = Year(data, 2025), list[str](), 0, list[str](), list[int]()
    for _ in range(KILLS):
        site = served(data, tmp_path / "year")
        year.agrees()
        ended = threading.Event()
        at_work = threading.Thread(target=worked, args=(site, year, told, ended))
        at_work.start()
        ended.wait(chance.uniform(0.1, 3.5))
        victim = chance.choice(("web", "worker", "all"))
        victims.append(victim)
        for pid in processes(site).get(victim, []):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(chance.uniform(0, 0.3))
        site.kill()
        at_work.join()
        acts.append(trail_is_whole(data))
        assert acts == sorted(acts), victim  # no act that was written is lost
        assert [step for step in told if not year.done(step)] == [], victim
        if ended.is_set():
            year, told, years = Year(data, year.year + 1), [], years + 1
    # What is left of the last year is done in peace, so that the end is reached from wherever a kill left it.
    site = served(data, tmp_path / "year")
    try:
        ended = threading.Event()
        worked(site, year, told, ended)
        assert ended.is_set(), told
        for number in range(2025, year.year + 1):
            one = Year(data, number)
            one.agrees()
            assert [step for step in ORDER if not one.done(step)] == []
            path = data / "dossiers" / one.dossier[1]
            assert len(store_of(open_dossier(path)).batches("petition")) == 1  # never taken in twice
            jobs = one.rows("SELECT state FROM jobs_job WHERE dossier_id = ?", one.dossier[0])
            assert {state for (state,) in jobs} == {"done"}
        keys = {row[0] for row in year.rows("SELECT key FROM years_dossier")}
        assert {p.name for p in (data / "dossiers").iterdir() if not p.name.startswith(".")} == keys
        assert not list((data / "uploads").iterdir())
    finally:
        site.kill()
    acts.append(trail_is_whole(data))
    told_of = {v: victims.count(v) for v in set(victims)}
    print(json.dumps({"kills": KILLS, "years": years + 1, "acts": acts[-1], "victims": told_of}))
