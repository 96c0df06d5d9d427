"""The lock of a case lies in the folder: what the site submits, the command line cannot change, and a return opens it."""

from __future__ import annotations

import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengji.cli import app
from hengji.dossier import open_dossier
from hengji.dossier.locks import Part, State, close, locks_of
from hengji.web.flow.models import Case
from hengji.web.flow.steps import settle_all
from hengji.web.jobs.models import Job

CORRECTION = ["correction", "--set", "project=1", "--set", "indicator=1", "--set", "field=annual_target",
              "--set", "value=3台", "--set", "why=读错", "--by", "甲"]  # fmt: skip


@pytest.fixture
def go(as_, fresh):
    def moved(role: str, move: str = "forward", subject: str = "targets", **fields):
        case = Case.objects.filter(dossier=fresh, subject=subject).first()
        data = {"move": move, "version": case.version if case else 0, **fields}
        return as_(role).post(reverse("move", args=[fresh.pk, subject]), data, follow=True)

    return moved


def by_command_line(folder) -> tuple[int, str]:
    from typer.testing import CliRunner

    ran = CliRunner().invoke(app, ["record", str(folder), *CORRECTION])
    return ran.exit_code, ran.stderr


def test_what_is_submitted_on_the_site_the_command_line_cannot_change_until_it_is_returned(go, fresh):
    go("finance")
    code, said = by_command_line(fresh.folder)
    assert code == 2
    assert "绩效目标已由财务科于" in said
    assert not open_dossier(fresh.folder).changes.read()
    go("head", "return", to="prepare", reason="第3项没有时限")
    assert by_command_line(fresh.folder)[0] == 0


def test_what_was_approved_is_returned_by_who_approved_it_alone_and_goes_back_there(go, fresh):
    for role in ("finance", "head", "supervisor", "fiscal"):
        go(role)
    assert locks_of(fresh.folder)[Part.TARGETS].state is State.APPROVED
    assert by_command_line(fresh.folder)[0] == 2
    for role in ("finance", "head", "supervisor"):
        go(role, "return", to="prepare", reason="要改")
        assert Case.objects.get(dossier=fresh, subject="targets").desk == "done", role
    assert "必须写明原因" in go("fiscal", "return", to="prepare").content.decode()
    go("fiscal", "return", to="prepare", reason="批复有误")
    assert locks_of(fresh.folder)[Part.TARGETS].state is State.OPEN
    assert by_command_line(fresh.folder)[0] == 0
    go("finance")
    assert Case.objects.get(dossier=fresh, subject="targets").desk == "fiscal"


def test_a_submitted_self_evaluation_takes_no_records_bindings_or_evaluation_on_any_page(go, as_, fresh):
    go("finance", subject="self_evaluation")
    finance, jobs = as_("finance"), Job.objects.count()
    answers = [
        finance.post(reverse("register_upload", args=[fresh.pk, "petition"]),
                     {"file": SimpleUploadedFile("p.csv", b"a,b\n1,2\n")}, follow=True),
        finance.post(reverse("evaluate", args=[fresh.pk]), {"stage": "self_evaluation"}, follow=True),
        finance.post(reverse("bindings", args=[fresh.pk, 1]), {"choice-1": "0"}, follow=True),
        finance.post(reverse("cell", args=[fresh.pk, 1, 1, "annual_target"]),
                     {"seen": "车2台", "value": "3台", "why": "读错", "kind": "correction"}),
    ]  # fmt: skip
    for answer in answers:
        assert "单位自评已由财务科于" in answer.content.decode()
    assert Job.objects.count() == jobs
    assert not (fresh.folder / "bindings.toml").exists()
    assert not open_dossier(fresh.folder).changes.read()


def test_a_folder_locked_by_a_move_that_a_kill_cut_short_is_opened_when_the_site_starts(go, fresh):
    go("finance")
    go("head", "return", to="prepare", reason="改")
    close(fresh.folder, Part.TARGETS, State.SUBMITTED, by="财务科", at=datetime.datetime.now().astimezone())
    settle_all()
    assert locks_of(fresh.folder)[Part.TARGETS].state is State.OPEN


def test_a_folder_that_cannot_be_locked_keeps_the_case_where_it_was(go, fresh, monkeypatch):
    import errno

    from hengji.evidence.chain import ChainedLog

    def full(self, objects):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(ChainedLog, "append", full)
    assert "写不进去" in go("finance").content.decode()
    assert Case.objects.get(dossier=fresh, subject="targets").desk == "prepare"
