"""Old office files and what programs save under their names: each is told by its bytes, not by its ending."""

from __future__ import annotations

import io
import quopri
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from tests.reading.broken import compound
from tests.reading.formats import HEADINGS, TITLES

from hengji.dossier.opening import read_document
from hengji.model.table import Source, Status, TargetTable
from hengji.reading import Grid, read
from hengji.reading.open_doc import open_doc
from hengji.reading.open_saved_page import open_sheet_xml

DATA = Path(__file__).parents[1] / "data"
ROW = ["河道保洁（云岭市河道管理所）", "36.00", "36.00", "", "", "保持河道整洁。"]
ITEM = "1、1-产出指标；11-数量指标；保洁河道长度；实施周期指标值:≥20公里；年度指标值:≥20公里。"
CELLS = [HEADINGS, [*ROW, ITEM]]


def values(table: TargetTable) -> list[tuple[str | None, ...]]:
    return [(i.name, i.annual_target, i.actual, str(i.points)) for p in table.projects for i in p.indicators]


def test_an_old_workbook_is_read_as_it_is_printed() -> None:
    table = read((DATA / "old-form.xls").read_bytes(), "自评表.xls")
    assert (table.status, table.source.media_type) == (Status.READ, "application/vnd.ms-excel")
    assert values(table) == [
        ("保洁合格率", "≥95%", "96.8%", "40"),
        ("完成时间", "2024年12月31日", "2024年12月20日", "10"),
        ("居民满意度", "90%", "92%", "40"),
    ]
    project = table.projects[0]
    assert (project.name, str(project.funds.final_budget), project.indicators[1].level1) == (
        "河道保洁服务", "120.00", "产出指标",
    )  # fmt: skip
    assert project.indicators[0].place.sheet == "自评"


def test_a_hidden_sheet_of_an_old_workbook_is_named() -> None:
    table = read((DATA / "old-form.xls").read_bytes(), "自评表.xls")
    assert any("底稿" in f.zh and "隐藏" in f.zh for f in table.findings)


@pytest.mark.parametrize("cut", [600, 5000, 8000])
def test_a_cut_old_workbook_is_refused(cut: int) -> None:
    table = read((DATA / "old-form.xls").read_bytes()[:cut], "自评表.xls")
    assert table.status is Status.REFUSED
    assert table.findings[0].code == "R10"


def page(charset: str = "gbk") -> str:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in CELLS)
    titles = "".join(f"<p>{title}</p>" for title in TITLES)
    return f'<html><head><meta charset="{charset}"></head><body>{titles}<table>{rows}</table></body></html>'


def mhtml() -> bytes:
    body = page("gb2312").encode("gbk")
    head = (
        'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="=_x"\r\n\r\n--=_x\r\n'
        'Content-Type: text/html; charset="gb2312"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    )
    return head.encode() + quopri.encodestring(body) + b"\r\n--=_x--\r\n"


def sheet_xml() -> bytes:
    rows = "".join(
        "<Row>" + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row) + "</Row>"
        for row in [[title] for title in TITLES] + CELLS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="目标"><Table>'
        f"{rows}</Table></Worksheet></Workbook>"
    ).encode()


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(page().encode("gbk"), id="a page in GBK"),
        pytest.param(mhtml(), id="a page with its pictures in one file"),
        pytest.param(sheet_xml(), id="the XML of Excel 2003"),
    ],
)
def test_what_is_called_xls_and_is_none_is_read_as_what_it_is(data: bytes) -> None:
    table = read(data, "绩效目标.xls")
    assert [(i.name, i.annual_target) for p in table.projects for i in p.indicators] == [("保洁河道长度", "≥20公里")]
    assert table.department == "广州市生态环境局番禺分局"


def test_numbers_and_merged_cells_of_excel_2003_xml_are_as_printed() -> None:
    data = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p"><NumberFormat '
        'ss:Format="Percent"/></Style></Styles><Worksheet ss:Name="a"><Table><Row><Cell ss:MergeDown="1">'
        '<Data ss:Type="String">甲</Data></Cell><Cell ss:StyleID="p"><Data ss:Type="Number">0.955</Data></Cell></Row>'
        '<Row><Cell ss:Index="2"><Data ss:Type="Number">12</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    (grid,) = open_sheet_xml(data.encode(), Source("a.xls", "", "")).blocks
    assert isinstance(grid, Grid)
    assert (grid.rows, grid.merges) == ([["甲", "95.50%"], ["", "12"]], ((0, 0, 1, 0),))


def test_an_old_text_document_says_what_to_install_where_nothing_converts_it() -> None:
    table = read(compound("WordDocument", "1Table"), "批复.doc")
    assert table.status is Status.REFUSED
    assert "LibreOffice" in table.findings[0].zh
    assert "LibreOffice" in table.findings[0].en


def test_a_conversion_that_fails_is_said() -> None:
    table = read(compound("WordDocument"), "批复.doc", lambda data, ending: None)
    assert "没有转换成功" in table.findings[0].zh


def paper(*, with_table: bool) -> bytes:
    document = docx.Document()
    for title in TITLES:
        document.add_paragraph(title)
    if with_table:
        table = document.add_table(rows=0, cols=len(HEADINGS))
        for row in CELLS:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        document.add_paragraph("2024年1月")
    else:
        document.add_paragraph("".join(map("".join, CELLS)))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_a_document_whose_tables_conversion_lost_says_so() -> None:
    cells = "".join(f"{cell}格\x07" for cell in ROW).encode("utf-16-le")
    table = read(compound("WordDocument") + cells, "批复.doc", lambda data, ending: paper(with_table=False))
    assert table.status is Status.REFUSED
    assert "表格结构丢失" in table.findings[0].zh


def test_what_is_read_of_a_document_whose_tables_conversion_lost_counts_as_a_part() -> None:
    cells = "".join(f"{cell}格\x07" for cell in ROW).encode("utf-16-le")
    lost = open_doc(cells, Source("批复.doc", "", ""), "doc", lambda data, ending: paper(with_table=False))
    kept = open_doc(cells, Source("批复.doc", "", ""), "doc", lambda data, ending: paper(with_table=True))
    assert (lost.partly, kept.partly) == (True, False)


@pytest.mark.office
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
@pytest.mark.parametrize("ending", ["doc", "rtf"])
def test_old_text_documents_are_read_through_libreoffice(ending: str, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(paper(with_table=True))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", ending, "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True, timeout=300)
    table = read_document((tmp_path / f"a.{ending}").read_bytes(), f"批复.{ending}")
    assert [(i.name, i.annual_target) for p in table.projects for i in p.indicators] == [("保洁河道长度", "≥20公里")]
    assert table.status is Status.READ
    assert any("LibreOffice" in f.zh for f in table.findings)
