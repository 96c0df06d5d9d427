"""LibreOffice opens the forms of an evaluation and prints them whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from hengji.forms import (
    as_docx,
    as_xlsx,
    evaluation_report,
    evidence_list,
    monitoring_form,
    self_evaluation_form,
    self_evaluation_list,
)
from hengji.model.evaluation import Evaluation

from .evaluated import monitored, self_evaluation, small_material
from .office import MARKS, pages_of

pytestmark = MARKS
MANY = 60


def long(evaluation: Evaluation) -> Evaluation:
    """The same with so many indicators that they go over several pages."""
    first, *rest = evaluation.projects
    lines = tuple(
        replace(first.lines[k % 2], number=k + 1, name=f"第{k + 1}号河段巡查", max_points=Decimal("1.5"))
        for k in range(MANY)
    )
    return replace(evaluation, projects=(replace(first, lines=lines), *rest))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    material = small_material(long(self_evaluation(simulated=True)))
    return pages_of(
        tmp_path_factory.mktemp("office"),
        {
            "form.xlsx": as_xlsx(self_evaluation_form(material, 1)),
            "paper.docx": as_docx(self_evaluation_form(material, 1)),
            "monitoring.xlsx": as_xlsx(monitoring_form(small_material(long(monitored(simulated=True))), 1)),
            "list.xlsx": as_xlsx(self_evaluation_list(material)),
            "evidence.xlsx": as_xlsx(evidence_list(material, 1)),
            "report.docx": evaluation_report(material),
        },
    )


def test_every_page_of_generated_records_says_so(pages):
    for name, printed in pages.items():
        assert printed
        assert all("模拟数据" in page for page in printed), name


@pytest.mark.parametrize("name", ["form.xlsx", "paper.docx", "monitoring.xlsx"])
def test_long_tables_repeat_their_headings_on_each_page_and_lose_no_indicator(pages, name):
    form = "".join(pages[name]).split("口径说明")[0]
    for k in range(MANY):
        assert form.count(f"第{k + 1}号河段巡查") >= 1, k
    parts = [page for page in pages[name] if "口径说明" not in page and "号河段巡查" in page and "计量口径" not in page]
    assert len(parts) > 1
    assert all("三级指标" in page for page in parts)


def test_no_figure_is_too_wide_for_its_cell(pages):
    assert not any("###" in page for printed in pages.values() for page in printed)
    assert "1,000.12" in pages["form.xlsx"][0]


def test_total_and_place_to_seal_are_on_paper(pages):
    for name in ("form.xlsx", "paper.docx"):
        whole = "".join(pages[name])
        for words in ("总分", "94.38", "项目负责人(签字)", "单位(盖章)"):
            assert words in whole, (name, words)
