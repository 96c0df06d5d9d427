"""The command line refuses what is submitted or approved, says by whom, changes nothing, and ends with 2."""

from __future__ import annotations

import datetime

import pytest
from tests.cli.test_compute_command import BINDINGS, PROJECT, RECORDS, TABLE

from hengji.dossier.locks import Part, State, close

UNCONFIRMED = BINDINGS.replace('confirmed_by = "张三"\nconfirmed_on = 2024-01-15\n', "", 1)
ABOUT = ["--set", f"project={PROJECT}", "--set", "indicator=1"]
CORRECTION = ["correction", *ABOUT, "--set", "field=annual_target", "--set", "value=≥60%", "--set", "why=误录"]


@pytest.fixture
def year(run, tmp_path):
    (tmp_path / "t.txt").write_text(TABLE, "utf-8")
    assert run("init", "t.txt", "year", "--year", 2024).code == 0
    (tmp_path / "year" / "bindings.toml").write_text(UNCONFIRMED, "utf-8")
    (tmp_path / "p.csv").write_text(RECORDS, "utf-8")
    return tmp_path / "year"


def put(folder, part, state):
    at = datetime.datetime(2025, 1, 10, 9, 30, tzinfo=datetime.UTC)
    close(folder, part, state, by="财务科", at=at)


def held(folder):
    return {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file() and not p.name.startswith(".")}


WRITES = {
    "correction": lambda year: ("record", year, *CORRECTION, "--by", "甲"),
    "target": lambda year: ("record", year, "target_change", *ABOUT, "--set", "value=≥60%", "--set", "document=批〔2024〕1号",
                            "--set", "why=批准", "--by", "甲"),
    "answer": lambda year: ("record", year, "answer", "--set", "code=T06", "--set", "text=已改", "--set", "why=a", "--by", "甲"),
    "waiver": lambda year: ("record", year, "waiver", "--set", "code=T06", "--set", "why=a", "--by", "甲"),
    "attestation": lambda year: ("record", year, "attestation", *ABOUT, "--set", "statement=已完成", "--set", "signer=甲",
                                 "--set", "co_signer=乙", "--set", "file=p.csv", "--set", "why=a", "--by", "甲"),
    "records": lambda year: ("evidence", "add", year, "petition", "p.csv"),
    "confirmation": lambda year: ("bind", year, "--confirm", f"{PROJECT}#1", "--by", "甲"),
    "proposals": lambda year: ("bind", year, "--suggest", "--write"),
    "evaluation": lambda year: ("score", year),
}  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
@pytest.mark.parametrize("state", [State.SUBMITTED, State.APPROVED])
def test_a_self_evaluation_under_way_or_approved_refuses_every_change_below_it(run, year, what, state):
    put(year, Part.SELF_EVALUATION, state)
    before = held(year)
    ran = run(*WRITES[what](year))
    assert ran.code == 2, (ran.out, ran.err)
    said = "送审" if state is State.SUBMITTED else "批复"
    assert f"单位自评已由财务科于 2025-01-10 09:30 {said}" in ran.err
    assert "is locked" in ran.err
    assert held(year) == before


@pytest.mark.parametrize("what", WRITES)
def test_once_returned_everything_can_be_changed_again(run, year, what):
    put(year, Part.SELF_EVALUATION, State.SUBMITTED)
    put(year, Part.SELF_EVALUATION, State.OPEN)
    before = held(year)
    assert run(*WRITES[what](year)).code in (0, 1)
    assert held(year) != before


def test_approved_targets_take_an_approved_change_and_records_but_no_correction(run, year):
    put(year, Part.TARGETS, State.APPROVED)
    assert run(*WRITES["correction"](year)).code == 2
    assert run(*WRITES["waiver"](year)).code == 2
    for what in ("target", "records", "confirmation"):
        assert run(*WRITES[what](year)).code in (0, 1), what


def test_reading_and_computing_go_on_while_all_is_locked(run, year):
    for part in Part:
        put(year, part, State.APPROVED)
    for words in (
        ("compute", year),
        ("review", year),
        ("bind", year),
        ("verify", year),
        ("score", year, "--no-freeze"),
    ):
        ran = run(*words)
        assert ran.code in (0, 1), (words, ran.err)
