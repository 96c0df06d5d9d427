"""What people write about an evaluation: kept with who and when, all of it or nothing, in the form once computed again."""

from __future__ import annotations

import pytest
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import case_of
from tests.web import test_records_and_jobs as shared

small = shared.small


@pytest.fixture
def computed(as_, small, django_capture_on_commit_callbacks):
    """A year that was monitored at the end of July and scored."""
    client = as_("finance")
    for stage, day in (("monitoring", "2024-07-31"), ("self_evaluation", "2024-12-31")):
        data = {"stage": stage, "as_of": day}
        shared.run_job(client, django_capture_on_commit_callbacks, reverse("evaluate", args=[small.pk]), data)
    return small


def write(client, dossier, stage: str, **fields):
    return client.post(
        reverse("writing", args=[dossier.pk, stage, 1]), {k.replace("_", "-"): v for k, v in fields.items()}
    )


def given(dossier):
    return [
        (c.kind, c.by, {k: v for k, v in c.new.items() if k != "project"})
        for c in open_dossier(dossier.folder).changes.read()
    ]


def test_reasons_causes_and_forecasts_of_monitoring_are_kept_for_its_day(as_, computed):
    answer = write(
        as_("business"), computed, "monitoring", reason_1="雨季停工", causes_1=["人员保障", "其他"], likelihood_1="有可能",
        forecast_1="96%", money_reason="招标推迟", money_forecast="30",
    )  # fmt: skip
    assert answer.status_code == 302
    assert given(computed) == [
        ("monitoring_money", "业务科室", {"as_of": "2024-07-31", "reason": "招标推迟", "forecast": "30", "indicator": None}),
        ("monitoring_line", "业务科室", {"as_of": "2024-07-31", "reason": "雨季停工", "causes": "人员保障、其他",
                                     "likelihood": "有可能", "forecast": "96%", "indicator": 1}),
    ]  # fmt: skip


def test_what_was_written_stands_in_the_page_and_in_the_form_once_it_is_computed_again(
    as_, computed, django_capture_on_commit_callbacks
):
    client = as_("finance")
    write(
        client,
        computed,
        "self_evaluation",
        reason_1="来件集中",
        objective="基本完成",
        action_1="增加人手",
        owner_1="李四",
        due_1="2025-03-31",
    )
    page = client.get(reverse("writing", args=[computed.pk, "self_evaluation", 1])).content.decode()
    assert ">来件集中</textarea>" in page
    assert "增加人手" in page
    form = reverse("form", args=[computed.pk, "self_evaluation", 1, "html"])
    assert "来件集中" not in client.get(form).content.decode()
    data = {"stage": "self_evaluation", "as_of": "2024-12-31"}
    shared.run_job(client, django_capture_on_commit_callbacks, reverse("evaluate", args=[computed.pk]), data)
    printed = client.get(form).content.decode()
    assert "来件集中" in printed
    assert "基本完成" in printed
    assert "增加人手" in printed


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"action_1": "增加人手"}, "同时写明措施、责任人和期限"),
        ({"action_1": "增加人手", "owner_1": "李四", "due_1": "明年"}, "应为日期"),
        ({}, "没有改动"),
    ],
)
def test_what_makes_no_sense_keeps_back_everything_and_is_not_lost_from_the_page(as_, computed, fields, why):
    written = {"reason_2": "另一条"} if fields else {}
    answer = write(as_("finance"), computed, "self_evaluation", **written, **fields)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert why in page
    assert given(computed) == []
    if fields:
        assert ">另一条</textarea>" in page
        assert 'value="增加人手"' in page


def test_a_reason_cannot_be_emptied(as_, computed):
    write(as_("finance"), computed, "self_evaluation", reason_1="来件集中")
    assert "不能清空" in write(as_("finance"), computed, "self_evaluation", reason_1="").content.decode()


def test_nothing_is_written_about_an_evaluation_that_was_submitted(as_, computed):
    case = case_of(computed, Subject.SELF_EVALUATION)
    case.desk = "head"
    case.save()
    answer = write(as_("finance"), computed, "self_evaluation", reason_1="迟了")
    assert answer.status_code == 422
    assert "锁定" in answer.content.decode()
    assert given(computed) == []


def test_who_only_reads_cannot_write(as_, computed):
    assert as_("head").post(reverse("writing", args=[computed.pk, "monitoring", 1])).status_code == 403
