"""Forms as html: nothing fetched, nothing run, every text shown as it is, headings that a printer repeats."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from hypothesis import given, settings

from hengji.forms import as_html, evidence_list, monitoring_form, self_evaluation_form, self_evaluation_list
from hengji.forms.layout import Box, Row, placed

from .evaluated import materials, monitored, self_evaluation, small_material

EVIL = '</style><script>alert(1)</script><img src=x onerror=alert(1)>"\\00'


def forms_of(simulated: bool = False):
    material = small_material(self_evaluation(simulated=simulated))
    return {
        "self_evaluation": self_evaluation_form(material, 1),
        "monitoring": monitoring_form(small_material(monitored(simulated=simulated)), 1),
        "evidence_list": evidence_list(material, 1),
        "list": self_evaluation_list(material),
    }


KINDS = tuple(forms_of())


def page(kind: str, **how: bool) -> str:
    return as_html(forms_of(**how)[kind]).decode()


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_needs_nothing_but_itself_and_runs_nothing(kind):
    text = page(kind)
    assert not re.search(r"<script|<link|<img|<iframe|\bon\w+=|url\(|@import|https?:", text)
    assert "default-src 'none'" in unescape(text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_prints_on_a4_landscape_with_headings_that_are_repeated_and_a_place_to_seal(kind):
    text = page(kind)
    assert "size: A4 landscape" in text
    assert "table-header-group" in text
    assert '<th class="heading center" scope="col">' in text[text.index("<thead>") : text.index("</thead>")]
    assert "单位（盖章）：" in text


@pytest.mark.parametrize("kind", KINDS)
def test_generated_records_are_named_above_the_form_and_above_every_page_and_real_ones_are_not(kind):
    simulated = page(kind, simulated=True)
    assert re.search('<p class="banner" role="note">模拟数据', simulated)
    assert re.search('@top-right{content:"模拟数据', simulated)
    assert "模拟数据" not in page(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_marks_of_unverified_law_stand_in_the_account_and_never_in_the_form(kind):
    text = page(kind)
    form = text[text.index("<main>") : text.index("</main>")]
    assert "待核" not in form
    assert "财预" not in form
    assert "出处待核" in text


def test_a_name_that_is_markup_or_style_is_shown_as_words_everywhere():
    material = small_material()
    first, *rest = material.evaluation.projects
    lines = tuple(replace(line, name=EVIL, target=EVIL, variance_reason=EVIL) for line in first.lines)
    evil = replace(
        material, evaluation=replace(material.evaluation, projects=(replace(first, name=EVIL, lines=lines), *rest))
    )
    for form in (self_evaluation_form(evil, 1), evidence_list(evil, 1), self_evaluation_list(evil)):
        text = as_html(form).decode()
        assert "<script" not in text
        assert "<img" not in text
        assert text.count("</style>") == 1
        assert "&lt;script&gt;alert(1)" in text


@given(material=materials())
@settings(max_examples=20, deadline=None)
def test_no_two_cells_of_a_table_stand_in_one_place_and_none_is_missing(material):
    form = self_evaluation_form(material, 1)
    inner = len(form.widths) - 1
    for rows, wide in ((form.head, len(form.widths)), ((*form.listing.heads, *form.listing.rows), inner)):
        seen = [(r + dr, c + dc) for r, c, box in placed(rows) for dr in range(box.rows) for dc in range(box.columns)]
        assert sorted(seen) == [(r, c) for r in range(len(rows)) for c in range(wide)]


def test_a_box_begins_at_the_first_column_that_none_from_above_covers():
    rows = (Row((Box("a", rows=2), Box("b"), Box("c", rows=3))), Row((Box("d"),)), Row((Box("e", 2),)))
    assert [(r, c, b.content) for r, c, b in placed(rows)] == [
        (0, 0, "a"), (0, 1, "b"), (0, 2, "c"), (1, 1, "d"), (2, 0, "e"),
    ]  # fmt: skip


def test_amounts_have_two_decimals_rounded_as_the_pack_rounds_and_the_account_tells_the_whole_figure():
    material = small_material()
    first, *rest = material.evaluation.projects
    spent = replace(first.execution, outturn=type(first.execution.outturn)("0.125"))
    material = replace(
        material, evaluation=replace(material.evaluation, projects=(replace(first, execution=spent), *rest))
    )
    even = as_html(self_evaluation_form(material, 1)).decode()
    up = as_html(self_evaluation_form(replace(material, rounding="half_up"), 1)).decode()
    assert ">0.12<" in even
    assert ">0.13<" in up
    assert "执行数 0.125" in even


def test_the_same_evaluation_gives_the_same_bytes():
    assert as_html(forms_of()["monitoring"]) == as_html(forms_of()["monitoring"])
