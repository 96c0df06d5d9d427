"""The eight items graded by who reviews, beside the proposal: at their desk alone, never by the unit, kept and printed."""

from __future__ import annotations

import io

import pytest
from django.urls import reverse
from docx import Document

from hengji.dossier import GivenKind, open_dossier
from hengji.web.flow.models import Case, Subject
from hengji.web.flow.steps import case_of
from hengji.web.years.given import give

GENERAL = {f"grade-{n}": "良" for n in range(8)} | {"method": "general"}


@pytest.fixture
def at_desk(as_, fresh):
    """The targets of a fresh table, moved to the supervising department or on to the bureau."""

    def moved(*roles: str):
        for role in roles:
            version = case_of(fresh, Subject.TARGETS).version
            as_(role).post(reverse("move", args=[fresh.pk, "targets"]), {"move": "forward", "version": version})
        return fresh

    return moved


def grade(client, dossier, fields, project=3):
    return client.post(reverse("review_grades", args=[dossier.pk, project]), fields)


def recorded(dossier):
    return [c for c in open_dossier(dossier.folder).changes.read() if c.kind == "review_grade"]


def test_who_reviews_grades_all_items_with_words_and_the_overall_grade_follows(as_, at_desk):
    dossier = at_desk("finance", "head")
    given = GENERAL | {"grade-0": "优", "text-0": "要素齐全"}
    assert grade(as_("supervisor"), dossier, given).status_code == 302
    kept = recorded(dossier)
    assert [c.new["grade"] for c in kept] == ["优", *["良"] * 7]
    assert (kept[0].by, kept[0].new["office"], kept[0].new["text"]) == ("主管部门", "主管部门", "要素齐全")
    page = as_("finance").get(reverse("review_form", args=[dossier.pk, 3])).content.decode()
    assert "主管部门 评定 <b>优</b>（主管部门，" in page
    assert "要素齐全" in page
    assert "主管部门：<b>良</b>" in page
    assert dossier.entries.filter(what="review_grade").count() == 1


def test_only_what_differs_is_recorded_and_a_grade_cannot_be_emptied(as_, at_desk):
    dossier = at_desk("finance", "head")
    grade(as_("supervisor"), dossier, GENERAL)
    grade(as_("supervisor"), dossier, GENERAL | {"grade-5": "中"})
    assert len(recorded(dossier)) == 9
    answer = grade(as_("supervisor"), dossier, GENERAL | {"grade-5": ""})
    assert answer.status_code == 422
    assert "不能清空" in answer.content.decode()
    assert len(recorded(dossier)) == 9


def test_by_points_a_grade_holds_to_its_band_and_nothing_is_kept_of_a_form_with_one_wrong(as_, at_desk):
    dossier = at_desk("finance", "head")
    items = as_("supervisor").get(reverse("review_form", args=[dossier.pk, 1])).context["one"].items
    right = {"method": "key"}
    for n, item in enumerate(items):
        right |= {f"grade-{n}": "优", f"points-{n}": str(item.max_points)}
    answer = grade(as_("supervisor"), dossier, right | {"points-7": "1"}, project=1)
    assert answer.status_code == 422
    assert "分，现为 1" in answer.content.decode()
    assert recorded(dossier) == []
    grade(as_("supervisor"), dossier, right, project=1)
    page = as_("supervisor").get(reverse("review_form", args=[dossier.pk, 1])).content.decode()
    assert "主管部门：<b>优</b> 100.00" in page


@pytest.mark.parametrize("role", ["business", "finance", "head", "third_party", "auditor", "system_admin"])
def test_no_other_role_may_grade(as_, at_desk, role):
    dossier = at_desk("finance", "head")
    assert grade(as_(role), dossier, GENERAL).status_code == 403
    assert recorded(dossier) == []


def test_nobody_grades_before_the_targets_lie_on_the_desk_or_after_they_left_it(as_, at_desk):
    dossier = at_desk("finance")
    for role in ("supervisor", "fiscal"):
        assert grade(as_(role), dossier, GENERAL).status_code == 422
    at_desk("head", "supervisor")
    assert grade(as_("supervisor"), dossier, GENERAL).status_code == 422
    assert grade(as_("fiscal"), dossier, GENERAL).status_code == 302
    assert {c.new["office"] for c in recorded(dossier)} == {"财政部门"}
    at_desk("fiscal")
    assert grade(as_("fiscal"), dossier, GENERAL | {"grade-0": "差"}).status_code == 422


def test_a_reviewer_who_also_works_in_the_unit_does_not_grade_it(as_, at_desk):
    from hengji.web.people.models import Membership, User

    dossier = at_desk("finance", "head")
    user = User.objects.get(username="supervisor")
    Membership.objects.create(user=user, organisation=dossier.organisation, role="business")
    answer = grade(as_("supervisor"), dossier, GENERAL)
    assert answer.status_code == 422
    assert "属于填报单位" in answer.content.decode()
    assert recorded(dossier) == []


def test_the_opinion_prints_the_reviewers_grade_words_name_and_day(as_, at_desk):
    dossier = at_desk("finance", "head")
    grade(as_("supervisor"), dossier, GENERAL | {"grade-0": "差", "text-0": "缺少成本指标"})
    answer = as_("supervisor").get(reverse("opinion", args=[dossier.pk, 3]))
    tables = Document(io.BytesIO(b"".join(answer))).tables
    cells = {cell.text for table in tables for row in table.rows for cell in row.cells}
    assert any("主管部门评定“差”" in text and "缺少成本指标" in text for text in cells)
    assert any("差☑" in text and "优□" in text for text in cells)
    assert any("主管部门评定：" in text for text in cells)


def test_a_grade_given_before_the_targets_were_changed_says_so_and_counts_as_settled_no_more(as_, at_desk):
    from hengji.dossier import review_dossier
    from hengji.web.people.models import User

    dossier = at_desk("finance", "head")
    grade(as_("supervisor"), dossier, GENERAL, project=1)
    version = Case.objects.get(dossier=dossier, subject="targets").version
    back = {"move": "return", "to": "prepare", "reason": "改", "version": version}
    as_("supervisor").post(reverse("move", args=[dossier.pk, "targets"]), back)
    fields = {"project": "1", "indicator": "1", "field": "annual_target", "value": "3台"}
    give(dossier, GivenKind.CORRECTION, fields, by=User.objects.get(username="finance"), why="核对")
    folder = open_dossier(dossier.folder)
    one = review_dossier(folder, today=folder.changes.read()[-1].at.date()).review.projects[0]
    assert all(j.changed_since for j in one.judged)
    assert one.settled is None
    assert "评定之后目标有改动" in as_("finance").get(reverse("review_form", args=[dossier.pk, 1])).content.decode()
