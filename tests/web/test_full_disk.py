"""A disk that is full: pages say so, what was saved is there, and work goes on once there is room again."""

from __future__ import annotations

import subprocess
import urllib.error
from pathlib import Path

import pytest

from hengji.dossier import create, open_dossier
from hengji.dossier.computed import store_of
from tests.cli.test_compute_command import RECORDS, TABLE
from tests.web.sites import served
from tests.web.test_site_kills import Person

CELL = "/years/1/cell/1/2/annual_target"


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own with 12 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", place], capture_output=True).returncode:
        pytest.skip("a file system of its own cannot be mounted here (needs root)")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def filled(place: Path) -> Path:
    """Take all the room there is."""
    ballast = place / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def told(person: Person, act) -> tuple[int, str]:
    try:
        where = act()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    with person.open(where, timeout=60) as answer:
        return 200, answer.read().decode()


def test_a_full_disk_is_said_on_the_page_and_loses_nothing(tmp_path, small_disk):
    create(TABLE.encode(), "table.txt", tmp_path / "year", year=2024)
    data = small_disk / "data"
    site = served(data, tmp_path / "year")
    folder = data / "dossiers" / "demo"
    try:
        finance = Person(site.address, site.passwords["caiwu"])
        finance.post(CELL, value="6件", why="核对", kind="correction")
        ballast = filled(small_disk)
        acts = {
            "cell": lambda: finance.post(CELL, value="7件", why="核对", kind="correction"),
            "submit": lambda: finance.post(
                "/years/1/cases/targets/move", page="/years/1/cases/targets", move="forward"
            ),
            "records": lambda: finance.upload(
                "/years/1/registers/petition/upload", "/years/1/registers/petition", ("p.csv", RECORDS.encode())
            ),
            "scan": lambda: finance.upload("/years/1/scans", "/years/1/evaluations", ("s.pdf", b"%PDF-1.4 s"), of="1"),
        }
        for name, act in acts.items():
            code, page = told(finance, act)
            assert "磁盘" in page, (name, code, page[-600:])
            assert "程序出错" not in page, name
        # A change that was not acknowledged may stand in the folder's last block; the one that was must be there.
        there = [c.new["value"] for c in open_dossier(folder).changes.read()]
        assert there in (["6件"], ["6件", "7件"])
        assert not store_of(open_dossier(folder)).batches()
        ballast.unlink()
        for name, act in acts.items():
            if name != "submit":
                code, page = told(finance, act)
                assert code == 200, (name, page)
                assert "磁盘" not in page, name
        assert [c.new.get("value") for c in open_dossier(folder).changes.read()] == [*there, "7件", None]
        with finance.open(site.address + "/years/1", timeout=60) as answer:
            assert "<td>7件" in answer.read().decode()
        assert not [p for p in folder.rglob(".*") if p.is_file() and p.name != ".lock"]
    finally:
        site.kill()
