"""The clock: midnight and the new year in China, a clock that is set back, a sign-in kept alive."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from hengji.dossier import open_dossier
from hengji.web.flow.models import Case, Entry, Subject
from hengji.web.flow.steps import case_of

UTC = datetime.UTC
NEW_YEAR = datetime.datetime(2024, 12, 31, 16, 30, tzinfo=UTC)
"""Half past midnight on 1 January 2025 in China, still last year in Greenwich."""


@pytest.fixture
def clock(monkeypatch):
    def at(moment: datetime.datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return at


def correct(client, dossier, seen: str, value: str):
    data = {"seen": seen, "value": value, "why": "读错", "kind": "correction"}
    return client.post(reverse("cell", args=[dossier.pk, 1, 1, "annual_target"]), data)


def test_what_is_given_at_midnight_of_the_new_year_carries_the_day_of_china(as_, fresh, clock):
    clock(NEW_YEAR)
    assert correct(as_("finance"), fresh, "车2台", "3台").status_code == 302
    (change,) = open_dossier(fresh.folder).changes.read()
    assert change.at.isoformat() == "2025-01-01T00:30:00+08:00"
    page = as_("audit_admin").get(reverse("log")).content.decode()
    assert "2025-01-01 00:30:00" in page


def test_a_deadline_is_missed_at_midnight_in_china_and_not_before(as_, fresh, clock):
    case_of(fresh, Subject.TARGETS)
    Case.objects.filter(dossier=fresh).update(deadline=datetime.date(2024, 12, 31))
    late = {}
    for name, moment in (("before", NEW_YEAR - datetime.timedelta(minutes=31)), ("after", NEW_YEAR)):
        clock(moment)
        page = as_("finance").get(reverse("home"))
        late[name] = [c.late for c in page.context["desk"] if c.dossier_id == fresh.pk]
    assert late == {"before": [False], "after": [True]}


def test_last_years_dossier_is_worked_on_in_the_new_year_as_of_its_own_last_day(as_, fresh, clock):
    clock(NEW_YEAR + datetime.timedelta(days=20))
    page = as_("finance").get(reverse("evaluations", args=[fresh.pk]))
    assert page.context["today"] == "2024-12-31"
    assert correct(as_("finance"), fresh, "车2台", "3台").status_code == 302


def test_a_clock_set_back_keeps_the_order_of_steps_and_of_what_was_given(as_, fresh, clock):
    finance = as_("finance")
    clock(NEW_YEAR)
    correct(finance, fresh, "车2台", "3台")
    finance.post(reverse("move", args=[fresh.pk, "targets"]), {"move": "forward", "version": 0})
    clock(NEW_YEAR - datetime.timedelta(days=400))
    head = as_("head")
    head.post(
        reverse("move", args=[fresh.pk, "targets"]), {"move": "return", "version": 1, "to": "prepare", "reason": "改"}
    )
    correct(finance, fresh, "3台", "4台")
    case = Case.objects.get(dossier=fresh, subject="targets")
    assert [s.act for s in case.steps.all()] == ["forward", "return"]
    assert case.desk == "prepare"
    assert [c.new["value"] for c in open_dossier(fresh.folder).changes.read()] == ["3台", "4台"]
    assert fresh.projects.get(number=1).indicators.get(row=1).annual_target == "4台"
    assert Entry.objects.filter(dossier=fresh).count() == 4


def test_a_sign_in_is_kept_alive_once_a_minute_and_also_after_the_clock_was_set_back(as_, monkeypatch):
    client, now = as_("finance"), [1_735_000_000]
    monkeypatch.setattr("hengji.web.middleware.time.time", lambda: now[0])
    marks = []
    for step in (0, 30, 31, -86_400, 10):
        now[0] += step
        client.get("/years")
        marks.append(client.session["seen"] == now[0])
    assert marks == [True, False, True, True, False]
