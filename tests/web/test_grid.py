"""Edits of many cells at once: shown as differences, refused with the reason, written all together or not at all."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from hengji.dossier import open_dossier
from hengji.dossier.locks import Part, State, close
from hengji.web.years.models import Indicator


def edit(row: int, value: str, seen: str | None = None, field: str = "annual_target", project: int = 1) -> dict:
    return {"project": project, "row": row, "field": field, "seen": seen, "value": value}


def sent(client, dossier, edits: list[dict], **fields):
    for one in edits:
        if one["seen"] is None:
            row = Indicator.objects.get(project__dossier=dossier, project__number=one["project"], row=one["row"])
            one["seen"] = getattr(row, one["field"])
    return client.post(reverse("grid_check", args=[dossier.pk]), {"edits": json.dumps(edits), **fields}, follow=True)


def changes_of(dossier):
    return open_dossier(dossier.folder).changes.read()


def test_what_is_pasted_is_shown_with_old_and_new_and_how_it_is_read_and_nothing_is_written_yet(as_, fresh):
    page = sent(as_("finance"), fresh, [edit(1, "3台"), edit(2, "≥95%")]).content.decode()
    assert "<del>车2台</del>" in page
    assert "<ins>3台</ins>" in page
    assert 'name="write"' in page
    assert changes_of(fresh) == []


def test_a_block_is_written_with_old_values_reason_and_person_in_one_go(as_, fresh):
    answer = sent(
        as_("finance"), fresh, [edit(1, "3台"), edit(2, "≥95%")], write="1", kind="correction", why="与公布文件核对"
    )
    assert "已写入 2 处" in answer.content.decode()
    found = [(c.kind, c.old, c.new["value"], c.why, c.by) for c in changes_of(fresh)]
    assert found == [
        ("correction", {"value": "车2台"}, "3台", "与公布文件核对", "财务科"),
        ("correction", {"value": "100%"}, "≥95%", "与公布文件核对", "财务科"),
    ]
    assert Indicator.objects.get(project__dossier=fresh, project__number=1, row=2).annual_target == "≥95%"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (edit(2, "99%", seen="90%"), "刚刚被改成“100%”"),
        (edit(2, "  "), "不能清空"),
        (edit(99, "1", seen=""), "没有第 1 个项目的第 99 行"),
        (edit(2, "100", seen="", field="value"), "不能改"),
        (edit(2, "a\x00b"), "控制字符"),
    ],
)
def test_one_cell_that_cannot_be_written_keeps_back_the_whole_block_and_says_why(as_, fresh, bad, why):
    edits = [edit(1, "3台"), bad]
    page = sent(as_("finance"), fresh, edits).content.decode()
    assert why in page
    assert 'name="write"' not in page
    sent(as_("finance"), fresh, edits, write="1", kind="correction", why="核对")
    assert changes_of(fresh) == []


def test_what_cannot_be_written_can_be_left_out(as_, fresh):
    page = sent(as_("finance"), fresh, [edit(1, "3台"), edit(2, "99%", seen="90%")], drop="1").content.decode()
    assert "<ins>3台</ins>" in page
    assert "<ins>99%</ins>" not in page
    assert 'name="write"' in page


def test_submitted_targets_change_no_more_and_approved_ones_by_an_approved_change_that_names_its_document(as_, fresh):
    client = as_("finance")
    client.post(reverse("move", args=[fresh.pk, "targets"]), {"move": "forward", "version": 0})
    for given in ({"kind": "correction"}, {"kind": "target_change", "document": "财〔2024〕1号"}):
        page = sent(client, fresh, [edit(1, "3台")], write="1", why="调整", **given)
        assert page.status_code == 422
        assert "送审，已锁定" in page.content.decode()
    close(fresh.folder, Part.TARGETS, State.APPROVED, by="财政局", at=timezone.localtime())
    page = sent(client, fresh, [edit(1, "3台")], write="1", kind="correction", why="调整")
    assert "批复，已锁定" in page.content.decode()
    assert sent(client, fresh, [edit(1, "3台")], write="1", kind="target_change", why="调整").status_code == 422
    name = sent(client, fresh, [edit(1, "购车", field="name")], kind="target_change").content.decode()
    assert "目标调整只能改指标值" in name
    assert changes_of(fresh) == []
    sent(client, fresh, [edit(1, "3台")], write="1", kind="target_change", why="调整", document="财〔2024〕1号")
    assert [(c.kind, c.new["document"]) for c in changes_of(fresh)] == [("target_change", "财〔2024〕1号")]


def test_a_block_without_a_reason_is_not_written_and_not_lost(as_, fresh):
    answer = sent(as_("finance"), fresh, [edit(1, "3台")], write="1", kind="correction", why=" ")
    assert answer.status_code == 422
    assert "<ins>3台</ins>" in answer.content.decode()
    assert changes_of(fresh) == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"a": 1}', '[{"project": 1}]', "[1]", json.dumps([edit(1, "x", "y")] * 2001)]
)
def test_a_page_that_sends_nonsense_changes_nothing(as_, fresh, text):
    answer = as_("finance").post(reverse("grid_check", args=[fresh.pk]), {"edits": text, "write": "1", "why": "x"})
    assert answer.status_code == 302
    assert changes_of(fresh) == []


def test_two_new_contents_for_one_cell_are_refused(as_, fresh):
    page = sent(as_("finance"), fresh, [edit(1, "3台"), edit(1, "4台")]).content.decode()
    assert page.count("同一格有两个不同的新内容") == 2


def test_the_grid_holds_every_indicator_with_actual_gap_and_evidence_for_those_who_only_look_too(as_, own):
    setup = as_("head").get(reverse("grid", args=[own.pk])).context["setup"]
    assert len(setup["rows"]) == 139
    assert {"actual", "gap", "verdict", "state", "light", "points", "findings"} <= set(setup["rows"][0])
    assert not any(c["editable"] for c in setup["columns"])


def test_markup_in_a_cell_is_handed_over_as_text(as_, fresh):
    sent(as_("finance"), fresh, [edit(1, "</script><script>alert(1)</script>")], write="1", kind="correction", why="x")
    page = as_("finance").get(reverse("grid", args=[fresh.pk])).content.decode()
    assert "<script>alert" not in page


def test_without_the_packages_of_the_pages_the_grid_and_the_pictures_say_so_and_plain_tables_stand(
    as_, own, tmp_path, monkeypatch
):
    monkeypatch.setattr("hengji.web.frontend.VENDOR", tmp_path)
    client = as_("finance")
    grid = client.get(reverse("grid", args=[own.pk])).content.decode()
    assert "没有装上网页表格组件" in grid
    assert "vendor/" not in grid
    charts = client.get(reverse("charts", args=[own.pk])).content.decode()
    assert "没有装上图形组件" in charts
    assert "vendor/" not in charts
