"""The official forms on the page: every kind offered and printed from what is frozen, nothing frozen by looking."""

from __future__ import annotations

import datetime

import pytest
from django.urls import reverse

from hengji.dossier import FormKind, open_dossier
from hengji.dossier.framed import evaluate_frame
from hengji.dossier.frozen import freeze
from hengji.dossier.stored import newest
from hengji.model.evaluation import Stage
from hengji.web.jobs.models import State
from hengji.web.years.printing import FISCAL, OFFERED
from tests.web import test_records_and_jobs as shared

small = shared.small


@pytest.fixture
def scored(as_, small, django_capture_on_commit_callbacks):
    for stage in ("monitoring", "self_evaluation"):
        data = {"stage": stage, "as_of": "2024-12-31"}
        shared.run_job(as_("finance"), django_capture_on_commit_callbacks, reverse("evaluate", args=[small.pk]), data)
    return small


def form(client, dossier, kind: str, number: int, ending: str):
    return client.get(reverse("form", args=[dossier.pk, kind, number, ending]))


def test_every_kind_of_form_is_offered():
    assert {f.kind for f in OFFERED} == {k.value for k in FormKind} | {FISCAL}


def test_every_form_that_is_offered_of_a_scored_year_can_be_fetched(as_, scored):
    client = as_("finance")
    for f in OFFERED:
        if f.stage in (None, Stage.MONITORING, Stage.SELF_EVALUATION):
            for number, endings in ((0, f.whole), (1, f.each)):
                for ending in endings:
                    answer = form(client, scored, f.kind, number, ending)
                    assert (answer.status_code, len(answer.content) > 500) == (200, True), (f.kind, number, ending)


def test_looking_at_the_form_of_the_whole_unit_freezes_nothing_computing_it_does(
    as_, scored, django_capture_on_commit_callbacks
):
    client = as_("finance")
    assert form(client, scored, "department_self_evaluation", 0, "html").status_code == 302
    client.get(reverse("forms", args=[scored.pk]))
    assert newest(open_dossier(scored.folder), Stage.DEPARTMENT_SELF_EVALUATION) is None
    data = {"stage": "department_self_evaluation", "as_of": "2024-12-31"}
    job = shared.run_job(client, django_capture_on_commit_callbacks, reverse("evaluate", args=[scored.pk]), data)
    assert job.state == State.DONE
    assert "部门整体支出绩效" in form(client, scored, "department_self_evaluation", 0, "html").content.decode()


@pytest.mark.parametrize(
    ("stage", "kind"), [(Stage.DEPARTMENTAL_EVALUATION, "evaluation"), (Stage.FISCAL_EVALUATION, FISCAL)]
)
def test_an_evaluation_by_a_frame_is_printed_once_it_is_frozen(as_, scored, stage, kind):
    client = as_("finance")
    assert form(client, scored, kind, 1, "html").status_code == 302
    freeze(evaluate_frame(open_dossier(scored.folder), stage, "1"), datetime.datetime(2025, 1, 31))
    assert form(client, scored, kind, 1, "html").status_code == 200
    assert form(client, scored, kind, 1, "docx").status_code == 200
    assert client.get(reverse("preview", args=[scored.pk, kind, 1])).status_code == 200


@pytest.mark.parametrize("where", [("nothing", 1), ("review_opinion", 1), ("monitoring", 0)])
def test_what_has_no_page_of_its_own_is_not_found(as_, own, where):
    assert as_("finance").get(reverse("preview", args=[own.pk, *where])).status_code == 404


def test_without_libreoffice_the_page_says_how_to_print_instead(as_, own, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_: None)
    answer = as_("finance").post(reverse("form_pdf", args=[own.pk, "target_declaration", 1]), follow=True)
    assert "内容预览里打印" in answer.content.decode()
    assert not own.jobs.exists()


def test_a_form_can_run_no_script_and_fetch_nothing(as_, scored):
    policy = form(as_("finance"), scored, "self_evaluation", 1, "html")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy


def test_the_eight_items_stand_with_the_findings_behind_each(as_, own):
    answer = as_("fiscal").get(reverse("review_form", args=[own.pk, 3]))
    page = answer.content.decode()
    assert len(answer.context["items"]) == 8
    assert "T28" in page
    assert "由审核人判断" in page
    assert as_("fiscal").get(reverse("review_form", args=[own.pk, 99])).status_code == 404
