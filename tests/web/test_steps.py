"""A case on its way: submitted, approved, returned, straight back; nobody skips a desk or approves what they submitted."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengji.web.flow.models import Case, Desk, Step, Subject
from hengji.web.flow.steps import case_of, locked


@pytest.fixture
def case(own) -> Case:
    return case_of(own, Subject.TARGETS)


@pytest.fixture
def move(as_, own):
    def go(role: str, move: str, **fields):
        version = Case.objects.get(dossier=own, subject="targets").version
        data = {"move": move, "version": version, **fields}
        return as_(role).post(reverse("move", args=[own.pk, "targets"]), data, follow=True)

    return go


def desk(case: Case) -> str:
    case.refresh_from_db()
    return case.desk


def test_targets_go_from_finance_over_head_and_department_to_the_bureau_and_are_approved(case, move, own):
    for role, at in (("finance", "head"), ("head", "supervisor"), ("supervisor", "fiscal"), ("fiscal", "done")):
        move(role, "forward")
        assert desk(case) == at
    assert [s.by.username for s in case.steps.all()] == ["finance", "head", "supervisor", "fiscal"]
    assert locked(own, Subject.TARGETS)


@pytest.mark.parametrize("role", ["business", "supervisor", "fiscal", "auditor"])
def test_who_does_not_sit_at_the_desk_moves_nothing(case, move, role):
    move("finance", "forward")
    assert "不在您的办理环节" in move(role, "forward").content.decode()
    assert desk(case) == "head"


def test_who_submitted_does_not_approve_even_holding_both_roles(case, move, own):
    from hengji.web.people.models import Membership, User

    Membership.objects.create(user=User.objects.get(username="finance"), organisation=own.organisation, role="head")
    move("finance", "forward")
    assert "送审人不能审核" in move("finance", "forward").content.decode()
    assert desk(case) == "head"


def test_a_return_needs_a_reason_and_an_earlier_desk(case, move):
    for role in ("finance", "head", "supervisor"):
        move(role, "forward")
    assert "必须写明原因" in move("fiscal", "return", to="head", reason=" ").content.decode()
    assert "之前的环节" in move("fiscal", "return", to="done", reason="x").content.decode()
    assert desk(case) == "fiscal"


def test_what_was_returned_goes_straight_back_to_who_returned_it(case, move):
    for role in ("finance", "head", "supervisor"):
        move(role, "forward")
    move("fiscal", "return", to="prepare", reason="第3项没有时限")
    assert desk(case) == "prepare"
    move("finance", "forward")
    assert desk(case) == "fiscal"
    assert Step.objects.get(case=case, act="return").reason == "第3项没有时限"


def test_of_two_people_who_act_at_once_the_second_is_told_and_changes_nothing(case, as_, own):
    client, url = as_("finance"), reverse("move", args=[own.pk, "targets"])
    for _ in range(2):
        answer = client.post(url, {"move": "forward", "version": 0}, follow=True)
    assert "已由财务科于" in answer.content.decode()
    assert (desk(case), case.steps.count()) == ("head", 1)


def test_only_who_submitted_urges_and_the_desk_sees_it(case, move, as_):
    move("finance", "forward")
    assert "只有送审人" in move("head", "urge").content.decode()
    move("finance", "urge")
    assert "催办" in as_("head").get(reverse("home")).content.decode()


def test_home_lists_what_waits_what_was_begun_and_what_was_done(case, move, as_):
    move("finance", "forward")
    page = as_("finance").get(reverse("home"))
    assert [c.pk for c in page.context["begun"]] == [case.pk]
    assert [s.went_to for s in page.context["done"]] == [Desk.HEAD]
    assert [c.pk for c in as_("head").get(reverse("home")).context["desk"]] == [case.pk]
    assert not as_("fiscal").get(reverse("home")).context["desk"]
