"""The review opinion (docx): as golden texts, and safe in Word, WPS and LibreOffice."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from itertools import pairwise

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from hengji.forms import review_opinion
from hengji.model.finding import Finding, Severity
from hengji.model.review import Method, NotChecked, ProjectReview, Review

from .dump import agrees, paper_text
from .material import ON, small_review, small_table


def opinion(project: int | None = 1, method: Method = Method.GENERAL, review: Review | None = None) -> bytes:
    return review_opinion(small_table(), review or small_review(), project=project, method=method, on=ON)


BOTH = pytest.mark.parametrize("project", [None, 1])


@pytest.mark.parametrize(
    ("name", "project", "method"),
    [("opinion-all", None, Method.GENERAL), ("opinion-1", 1, Method.GENERAL), ("opinion-1-key", 1, Method.KEY)],
)
def test_an_opinion_is_as_on_file(name, project, method):
    agrees(paper_text(opinion(project, method)), name)


def test_the_form_has_the_eight_items_with_their_points():
    rows = docx.Document(io.BytesIO(opinion())).tables[1].rows
    items = {row.cells[1].paragraphs[0].text: row.cells[2].text for row in rows[1:9]}
    assert items == {
        "规范完整性": "10", "明确清晰性": "10", "目标相关性": "15", "指标科学性": "15",
        "绩效合理性": "15", "资金匹配性": "15", "实现可能性": "10", "条件充分性": "10",
    }  # fmt: skip
    sides = [row.cells[0].text for row in rows[1:9]]
    assert list(dict.fromkeys(sides)) == ["完整性\n20分", "相关性\n30分", "适当性\n30分", "可行性\n20分"]


def test_what_only_a_person_can_judge_has_no_tick_and_says_so():
    rows = docx.Document(io.BytesIO(opinion())).tables[1].rows
    judged = next(row for row in rows if row.cells[1].text.startswith("绩效合理性"))
    assert "☑" not in judged.cells[3].text
    assert "由审核人判断" in judged.cells[3].text
    assert "预期绩效是否显著？" in judged.cells[4].text


@BOTH
def test_it_says_at_its_head_that_it_is_a_proposal(project):
    head = [p.text for p in docx.Document(io.BytesIO(opinion(project))).paragraphs[:4]]
    assert any(text.startswith("建议稿：") and "审核人" in text for text in head)


def test_points_of_a_general_project_are_said_to_be_for_comparison_only():
    judged = docx.Document(io.BytesIO(opinion())).tables[1].rows[1].cells[3].text
    assert "供对照：10.00分" in judged
    assert "供对照" not in docx.Document(io.BytesIO(opinion(method=Method.KEY))).tables[1].rows[1].cells[3].text


def test_a_citation_that_nobody_checked_is_marked_and_a_checked_one_is_not():
    text = paper_text(opinion(None))
    assert "财预〔2015〕88号“细化量化”(出处待核)" in text
    assert "财预〔2020〕10号“自评”" in text
    assert "财预〔2020〕10号“自评”(出处待核)" not in text


@BOTH
def test_the_place_to_sign_and_seal_stays_on_the_page_of_the_opinion(project):
    tables = docx.Document(io.BytesIO(opinion(project))).tables
    rows = [row for table in tables for row in table.rows]
    at = next(k for k, row in enumerate(rows) if row.cells[0].text == "总体意见")
    opinion_row, sign = rows[at], rows[at + 1]
    assert all(p.paragraph_format.keep_with_next for p in opinion_row.cells[1].paragraphs)
    words = [c.text for c in sign.cells]
    assert any("审核人（签字）" in w for w in words)
    assert any("单位（盖章）" in w and "年　　月　　日" in w for w in words)
    assert sign._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None
    assert sign.height >= Mm(39)  # a seal is up to 42 mm across and may stand over the words


@BOTH
def test_every_table_says_its_widths_in_grid_cells_and_layout(project):
    for table in docx.Document(io.BytesIO(opinion(project))).element.body.iter(qn("w:tbl")):
        grid = [int(c.get(qn("w:w"))) for c in table.find(qn("w:tblGrid"))]
        properties = table.find(qn("w:tblPr"))
        assert properties.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        assert int(properties.find(qn("w:tblW")).get(qn("w:w"))) == sum(grid)
        for row in table.iter(qn("w:tr")):
            at = 0
            for cell in row.iter(qn("w:tc")):
                span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
                columns = 1 if span is None else int(span.get(qn("w:val")))
                width = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
                assert width.get(qn("w:type")) == "dxa"
                assert int(width.get(qn("w:w"))) == sum(grid[at : at + columns])
                at += columns
            assert at == len(grid)


@BOTH
def test_tables_fit_between_the_margins_of_a4_and_repeat_their_heads(project):
    document = docx.Document(io.BytesIO(opinion(project)))
    section = document.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    room = section.page_width - section.left_margin - section.right_margin
    for table in document.tables:
        assert sum(column.width for column in table.columns) <= room
        first = table.rows[0]
        if first.cells[0].text in ("级别", "审核内容", "序号", "代码", "文件"):
            assert first._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


@BOTH
def test_fonts_are_named_and_have_a_second_name_and_none_is_left_to_a_theme(project):
    archive = zipfile.ZipFile(io.BytesIO(opinion(project)))
    document, table = archive.read("word/document.xml").decode(), archive.read("word/fontTable.xml").decode()
    assert "Theme=" not in document
    styles = docx.Document(io.BytesIO(opinion(project))).styles
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Footer"):
        fonts = styles[name].element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        assert fonts.get(qn("w:eastAsia")) in ("仿宋", "宋体", "黑体")
        assert not [a for a in fonts.attrib if "Theme" in a]
    for name, other in (("仿宋", "FangSong"), ("宋体", "SimSun"), ("黑体", "SimHei")):
        assert f'w:name="{name}"><w:altName w:val="{other}"/>' in table


def test_the_footer_counts_pages():
    footer = docx.Document(io.BytesIO(opinion())).sections[0].footer.paragraphs[0]
    codes = [e.text for e in footer._p.iter(qn("w:instrText"))]
    assert codes == ["PAGE", "NUMPAGES"]


@BOTH
def test_the_same_review_gives_the_same_bytes(project):
    assert opinion(project) == opinion(project)


def test_without_findings_it_says_so_and_asks_for_nothing_to_be_changed():
    review = replace(small_review(), findings=(), waived=(), not_checked=())
    assert "程序没有发现问题。" in paper_text(opinion(1, review=review))
    assert "程序没有发现问题。" in paper_text(opinion(None, review=review))


def test_where_no_form_is_in_force_no_grade_is_proposed_and_the_reason_is_given():
    review = small_review()
    forms = tuple(ProjectReview(p.name, (), None, None, None) for p in review.projects)
    missing = NotChecked("FORM", "该日没有施行中的审核表", "no form in force")
    text = paper_text(opinion(1, review=replace(review, projects=forms, not_checked=(missing,))))
    assert "不提出等级：该日没有施行中的审核表。" in text
    assert "☑" not in text


def test_characters_that_no_document_can_hold_are_seen_and_not_dropped():
    finding = Finding("T01", Severity.ERROR, "值“a\x00b<b>&”（项目1《x》）。改。", "x", project=1)
    review = replace(small_review(), findings=(finding,))
    assert "a\ufffdb<b>&" in paper_text(opinion(1, review=review))


def test_a_very_long_finding_is_whole_in_the_list_and_short_in_the_form():
    seen = "指标值“" + "按规定时限办结" * 300 + "”没有写出要求"
    finding = Finding(
        "T01", Severity.ERROR, f"{seen}（项目1《x》第1项“巡查次数”）。请写明。", "x", project=1, indicator=1
    )
    text = paper_text(opinion(1, review=replace(small_review(), findings=(finding,))))
    assert text.count(seen) == 1
    assert "没有写出要求" in next(line for line in text.splitlines() if "指标科学性" in line)


def test_no_such_project_is_an_error():
    with pytest.raises(IndexError, match="no project 3"):
        opinion(3)


@BOTH
def test_tables_are_kept_apart_by_a_paragraph_and_no_paragraph_is_left_over(project):
    blocks = list(docx.Document(io.BytesIO(opinion(project))).element.body.iterchildren(qn("w:p"), qn("w:tbl")))
    kinds = [block.tag for block in blocks]
    assert all(pair != (qn("w:tbl"), qn("w:tbl")) for pair in pairwise(kinds))
    assert kinds[-1] == qn("w:p")
    # An empty line may be pushed onto a page of its own, so there is one only where two tables would touch.
    for k, block in enumerate(blocks):
        if block.tag == qn("w:p") and not "".join(block.itertext()).strip():
            assert kinds[k - 1] == kinds[k + 1] == qn("w:tbl")
