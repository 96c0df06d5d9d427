"""Scores by a frame of indicators on the page: who may give which, kept whole or not at all, evaluated and printed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.web.jobs.models import Job, State
from tests.web import test_records_and_jobs as shared

small = shared.small
OPEN = {"points-1": "3", "evidence-1": "立项批复", "actual-1": "有批复"}


def url(dossier, kind="departmental", project=1):
    return reverse("frame", args=[dossier.pk, kind, project])


def given(dossier):
    return [c.new for c in open_dossier(dossier.folder).changes.read() if c.kind == "frame_line"]


def test_who_reviews_scores_a_project_and_it_is_kept_with_evidence(as_, small):
    client = as_("supervisor")
    most = client.get(url(small)).context["scored"][0].line.points
    assert client.post(url(small), {**OPEN, "points-1": str(most)}).status_code == 302
    (one,) = given(small)
    assert (one["frame"], one["line"], one["points"], one["evidence"]) == ("departmental", "1", str(most), "立项批复")
    shown = client.get(url(small)).context["scored"][0]
    assert (shown.points, shown.evidence, shown.actual) == (str(most), "立项批复", "有批复")
    again = client.post(url(small), {**OPEN, "points-1": str(most)})
    assert again.status_code == 422
    assert "没有改动" in again.content.decode()


@pytest.mark.parametrize(
    ("fields", "said"),
    [({**OPEN, "points-1": "1000"}, "应在 0 到"), ({**OPEN, "evidence-1": ""}, "没有佐证"), ({**OPEN, "points-1": "x"}, "不是数"),
     ({**OPEN, "points-1": "NaN"}, "不是数"), ({**OPEN, "points-1": "-1"}, "应在 0 到"), ({**OPEN, "points-2": "1"}, "没有佐证")],
)  # fmt: skip
def test_a_score_that_cannot_be_keeps_all_others_from_being_written_and_nothing_typed_is_lost(as_, small, fields, said):
    answer = as_("supervisor").post(url(small), fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert given(small) == []
    assert answer.context["scored"][0].actual == "有批复"


@pytest.mark.parametrize(
    ("role", "kind", "project"),
    [("finance", "departmental", 1), ("head", "departmental", 1), ("business", "department", 0), ("supervisor", "fiscal", 1),
     ("supervisor", "department", 0), ("auditor", "fiscal", 1)],
)  # fmt: skip
def test_nobody_else_scores(as_, small, role, kind, project):
    assert as_(role).post(url(small, kind, project), OPEN).status_code == 404
    assert as_(role).post(url(small, kind, project), {"do": "evaluate"}).status_code == 404
    assert given(small) == []


@pytest.mark.parametrize(
    ("kind", "project"), [("other", 1), ("departmental", 0), ("department", 1), ("departmental", 99)]
)
def test_there_is_no_page_for_a_frame_or_project_that_there_is_not(as_, small, kind, project):
    assert as_("fiscal").get(url(small, kind, project)).status_code == 404


@pytest.mark.parametrize(
    ("role", "kind", "project", "form"),
    [("supervisor", "departmental", 1, "evaluation"), ("fiscal", "fiscal", 1, "fiscal_evaluation"),
     ("finance", "department", 0, "department_self_evaluation")],
)  # fmt: skip
def test_what_was_scored_is_evaluated_frozen_and_printed(
    as_,
    small,
    django_capture_on_commit_callbacks,
    role,
    kind,
    project,
    form,
):
    client = as_(role)
    lines = client.get(url(small, kind, project)).context["scored"]
    one = next(s.line for s in lines if s.line.measure is None)
    said = {f"points-{one.number}": "1", f"evidence-{one.number}": "会议纪要第9号", f"actual-{one.number}": "已办"}
    assert client.post(url(small, kind, project), said).status_code == 302
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url(small, kind, project), {"do": "evaluate"}).status_code == 302
    job = Job.objects.latest("pk")
    assert job.state == State.DONE, job.said_zh
    assert (small.folder / "evaluations" / job.result["file"]).exists()
    page = client.get(reverse("form", args=[small.pk, form, project, "html"])).content.decode()
    assert "已办" in page
