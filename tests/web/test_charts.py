"""Pictures: the months as monitoring sees them, and each picture's figures printed as a table beneath it."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse

from hengji.web.jobs.models import State
from hengji.web.years.months import month_ends
from tests.web import test_records_and_jobs as shared

small = shared.small


@pytest.fixture
def computed(as_, small, django_capture_on_commit_callbacks):
    """A year with actual values, as of the end of March."""
    client = as_("finance")
    data = {"stage": "monitoring", "as_of": "2024-03-31"}
    shared.run_job(client, django_capture_on_commit_callbacks, reverse("evaluate", args=[small.pk]), data)
    small.refresh_from_db()
    return small


def months_of(client, dossier, callbacks):
    job = shared.run_job(client, callbacks, reverse("months", args=[dossier.pk]), {})
    assert job.state == State.DONE
    return list(dossier.months.all())


def test_every_month_up_to_the_day_of_the_figures_is_computed_and_again_makes_no_second_row(
    as_, computed, django_capture_on_commit_callbacks
):
    client = as_("business")
    first = months_of(client, computed, django_capture_on_commit_callbacks)
    again = months_of(client, computed, django_capture_on_commit_callbacks)
    assert [m.as_of.isoformat() for m in first] == ["2024-01-31", "2024-02-29", "2024-03-31"]
    assert [m.pk for m in again] == [m.pk for m in first]
    count = sum(p.indicators.count() for p in computed.projects.all())
    assert {m.met + m.not_met + m.open for m in first} == {count}


def test_the_last_month_says_what_the_table_says_of_that_day(as_, computed, django_capture_on_commit_callbacks):
    last = months_of(as_("business"), computed, django_capture_on_commit_callbacks)[-1]
    verdicts = [i.judgement for p in computed.projects.all() for i in p.indicators.all()]
    assert (last.met, last.not_met) == (verdicts.count("met"), verdicts.count("not_met"))


def test_the_table_beneath_a_picture_has_every_figure_that_is_drawn(as_, computed, django_capture_on_commit_callbacks):
    months_of(as_("business"), computed, django_capture_on_commit_callbacks)
    answer = as_("finance").get(reverse("charts", args=[computed.pk]))
    page = answer.content.decode()
    results = next(c for c in answer.context["charts"] if c.key == "results")
    table = page[page.index('id="h-results"') :]
    printed = re.findall(r'<td class="n">([^<]*)</td>', table[: table.index("</table>")])
    assert printed == [s.figures[n] for n in range(3) for s in results.series]


def test_without_actual_values_there_is_nothing_to_draw_and_no_job_is_made(as_, fresh):
    answer = as_("finance").post(reverse("months", args=[fresh.pk]), follow=True)
    assert "先补台账" in answer.content.decode()
    assert not fresh.jobs.exists()


def test_a_year_that_is_computed_in_the_middle_of_january_has_one_month(own):
    own.computed_as_of = datetime.date(2024, 1, 10)
    assert [d.isoformat() for d in month_ends(own)] == ["2024-01-31"]
