"""LibreOffice opens every form and prints it whole. Slow, and skipped with a word where there is no LibreOffice."""

from __future__ import annotations

import pytest

from hengji.forms import published_list, review_opinion, target_declaration
from hengji.model.review import Method

from .material import ON, published, small_review, small_table
from .office import MARKS, pages_of

pytestmark = MARKS


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    table, review = small_table(), small_review()
    forms = {
        "opinion-all.docx": review_opinion(table, review, project=None, method=Method.GENERAL, on=ON),
        "opinion-1.docx": review_opinion(table, review, project=1, method=Method.KEY, on=ON),
        "declaration.xlsx": target_declaration(published(), 11),
        "list.xlsx": published_list(published()),
    }
    return pages_of(folder, forms)


def test_the_opinion_on_a_project_prints_on_a_few_pages_that_are_counted(pages):
    printed = pages["opinion-1.docx"]
    assert 2 <= len(printed) <= 6
    for n, page in enumerate(printed, 1):
        assert f"第{n}页共{len(printed)}页" in page


def test_items_signature_and_rewording_are_on_paper(pages):
    whole = "".join(pages["opinion-1.docx"])
    for words in (
        "项目支出绩效目标审核表",
        "建议稿",
        "规范完整性",
        "条件充分性",
        "审核人(签字)",
        "单位(盖章)",
        "≥【",
        "出处待核",
    ):
        assert words in whole, words


def test_the_place_to_seal_stands_on_the_page_of_the_opinion(pages):
    for name in ("opinion-1.docx", "opinion-all.docx"):
        page = next(p for p in pages[name] if "单位(盖章)" in p)
        assert "审核人意见" in page
        assert "审核人(签字)" in page


def test_the_declaration_repeats_its_headings_and_holds_every_indicator(pages):
    printed = pages["declaration.xlsx"]
    assert 1 <= len(printed) <= 3
    assert all("一级指标" in page and "三级指标" in page for page in printed)
    whole = "".join(printed)
    for indicator in published().projects[10].indicators:
        assert indicator.name[:6] in whole, indicator.name


def test_the_list_repeats_its_headings_and_holds_every_project_and_the_total(pages):
    printed = pages["list.xlsx"]
    assert 5 <= len(printed) <= 12
    assert all("绩效指标" in page and "财政拨款" in page for page in printed)
    assert "2,243.96" in printed[0]
    whole = "".join(printed)
    for project in published().projects:
        assert project.name[:5] in whole, project.name
        assert f"{project.funds.total:,}" in whole
    assert "###" not in whole
