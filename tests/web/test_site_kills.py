"""The site killed with -9 while people work: nothing that was acknowledged is lost, nothing is there by half."""

from __future__ import annotations

import http.cookiejar
import os
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from tests.web.sites import served

TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
KILLS = int(os.environ.get("HENGJI_KILLS", "3"))
CELL = "/years/1/cell/1/1/annual_target"


class Person:
    """Somebody at a browser: signed in, changing one cell over and over, remembering what was acknowledged."""

    def __init__(self, address: str, password: str) -> None:
        self.address = address
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open
        self.acknowledged: list[str] = []
        self.post("/sign-in", username="caiwu", password=password)

    def post(self, path: str, **fields: str) -> str:
        with self.open(self.address + path, timeout=30) as answer:
            page = answer.read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        data = {**fields, "csrfmiddlewaretoken": token[1] if token else "", "seen": seen[1] if seen else ""}
        with self.open(self.address + path, urllib.parse.urlencode(data).encode(), timeout=60) as answer:
            return str(answer.url)

    def work(self, begin: int) -> None:
        """Change the cell until the site is gone."""
        for n in range(begin, begin + 10_000):
            value = f"车{n}台"
            try:
                where = self.post(CELL, value=value, why="核对", kind="correction")
            except (OSError, urllib.error.URLError, ConnectionError, ValueError):
                return
            if where.endswith("/years/1"):
                self.acknowledged.append(value)


def test_every_acknowledged_change_survives_kills_of_web_and_worker(tmp_path):
    from hengji.dossier import create, open_dossier, table_in_force

    create(TABLE.read_bytes(), "table.txt", tmp_path / "year", year=2024)
    data, chance, told = tmp_path / "data", random.Random(20240401), []
    for kill in range(KILLS):
        site = served(data, tmp_path / "year")
        person = Person(site.address, site.passwords["caiwu"])
        at_work = threading.Thread(target=person.work, args=(1000 * (kill + 1),))
        at_work.start()
        time.sleep(chance.uniform(2, 6))
        site.kill()
        at_work.join()
        told += person.acknowledged
    changes = open_dossier(data / "dossiers" / "demo").changes.read()  # raises where the chain is broken
    there = [c.new["value"] for c in changes]
    assert told, "nobody got anything done, so nothing was tested"
    assert [v for v in there if v in set(told)] == told
    assert len(there) <= len(told) + KILLS  # at most one a kill was written and not yet acknowledged
    site = served(data, tmp_path / "year")
    try:
        folder = open_dossier(data / "dossiers" / "demo")
        value = table_in_force(folder.table, changes, changes[-1].at.date()).projects[0].indicators[0].annual_target
        person = Person(site.address, site.passwords["caiwu"])
        with person.open(site.address + "/years/1", timeout=60) as answer:
            assert f"<td>{value}" in answer.read().decode()
    finally:
        site.kill()
