"""The site killed with -9 while people work: nothing that was acknowledged is lost, nothing is there by half."""

from __future__ import annotations

import http.cookiejar
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

from tests.web.sites import served, trail_is_whole

TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
KILLS = int(os.environ.get("HENGJI_KILLS", "3"))
CELL = "/years/1/cell/1/1/annual_target"


class Person:
    """Somebody at a browser: signed in, changing one cell over and over, remembering what was acknowledged."""

    def __init__(self, address: str, password: str, name: str = "caiwu") -> None:
        self.address = address
        self.open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())).open
        self.acknowledged: list[str] = []
        self.post("/sign-in", username=name, password=password)

    def hidden(self, path: str) -> dict[str, str]:
        """What the forms of a page carry unseen."""
        with self.open(self.address + path, timeout=30) as answer:
            page = answer.read().decode()
        return dict(re.findall(r'name="(csrfmiddlewaretoken|seen|version)" value="([^"]*)"', page))

    def post(self, path: str, page: str = "", **fields: str) -> str:
        data = urllib.parse.urlencode({**self.hidden(page or path), **fields}).encode()
        with self.open(self.address + path, data, timeout=60) as answer:
            return str(answer.url)

    def upload(self, path: str, page: str, file: tuple[str, bytes], **fields: str) -> str:
        """A form with a file, as a browser sends it."""
        edge, (name, content) = uuid.uuid4().hex, file
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode()
                 for k, v in {**self.hidden(page), **fields}.items()]  # fmt: skip
        head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        data = b"".join((*parts, head, content, f"\r\n--{edge}--\r\n".encode()))
        asked = urllib.request.Request(
            self.address + path, data, {"Content-Type": f"multipart/form-data; boundary={edge}"}
        )
        with self.open(asked, timeout=60) as answer:
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
        # At least what was asked for and what was done of each change that was acknowledged, proved as the kill left it.
        assert trail_is_whole(data) >= 2 * len(told)
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


def test_of_people_who_save_one_cell_at_the_same_moment_one_is_heard_and_the_others_are_told(tmp_path):
    from hengji.dossier import create, open_dossier

    create(TABLE.read_bytes(), "table.txt", tmp_path / "year", year=2024)
    data = tmp_path / "data"
    site = served(data, tmp_path / "year")
    try:
        people = [Person(site.address, site.passwords["caiwu"]) for _ in range(4)]
        start, ended = threading.Barrier(len(people)), []

        def save(person: Person, value: str) -> None:
            with person.open(site.address + CELL, timeout=30) as answer:
                token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
            fields = {
                "seen": "车2台",
                "value": value,
                "why": "核对",
                "kind": "correction",
                "csrfmiddlewaretoken": token[1],
            }
            start.wait()
            try:
                with person.open(site.address + CELL, urllib.parse.urlencode(fields).encode(), timeout=60) as answer:
                    ended.append(answer.url)
            except urllib.error.HTTPError as error:
                ended.append(error.code)

        threads = [threading.Thread(target=save, args=(p, f"{n}台")) for n, p in enumerate(people, 3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        site.kill()
    assert sorted(map(str, ended)) == ["422", "422", "422", f"{site.address}/years/1"]
    assert len(open_dossier(data / "dossiers" / "demo").changes.read()) == 1


def test_a_port_that_is_taken_is_said_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "hengji.web", "--data", str(tmp_path / "data"), "--port", port]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "可能已被别的程序占用" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "data").exists()


def test_a_demo_that_is_no_dossier_is_refused_in_a_sentence_and_accounts_that_nobody_knows_are_renewed(tmp_path):
    from hengji.dossier import create

    own = {k: v for k, v in os.environ.items() if not k.startswith(("HENGJI_", "DJANGO_"))}
    command = [sys.executable, "-m", "hengji.web", "--data", str(tmp_path / "data"), "--prepare", "--demo"]
    ran = subprocess.run([*command, str(tmp_path)], env=own, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 2
    assert "不是衡绩的年度文件夹" in ran.stderr
    assert "Traceback" not in ran.stderr
    create(TABLE.read_bytes(), "table.txt", tmp_path / "year", year=2024)
    accounts = tmp_path / "data" / "demo-accounts.txt"
    told = []
    for _ in range(2):
        assert (
            subprocess.run([*command, str(tmp_path / "year")], env=own, capture_output=True, timeout=120).returncode
            == 0
        )
        told.append(accounts.read_text("utf-8"))
        accounts.unlink()
    assert [line.split("\t")[0] for line in told[0].splitlines()] == [
        line.split("\t")[0] for line in told[1].splitlines()
    ]
    assert told[0] != told[1]
