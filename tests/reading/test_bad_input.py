"""What cannot be read is refused with one clear sentence, whatever the bytes try; nothing raises, nothing is invented."""

from __future__ import annotations

import io
import json
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from hengji.model.finding import Severity
from hengji.model.table import Status, TargetTable
from hengji.reading import read, read_json

from .broken import (
    GOOD,
    HEAD,
    ITEM,
    MAIN,
    WORD,
    archive,
    bomb,
    compound,
    encrypted_part,
    entity_bomb,
    external_entity,
    lying,
    paper,
    sheet_rows,
    word_table,
    workbook,
)

NOISE = random.Random(5).randbytes(20_000)
BOOK = workbook(sheet_rows(GOOD))
PAPER = paper(word_table(GOOD.split("\n", 2)[2]))
WIDE = f"<worksheet {MAIN}>".replace(" ", "\n")


def refused(data: bytes, name: str = "x") -> tuple[str, str]:
    """The code and the Chinese sentence of the one finding with which a document is refused."""
    table = read(data, name)
    assert table.status is Status.REFUSED
    assert table.projects == ()
    (finding,) = table.findings
    assert finding.severity is Severity.ERROR
    assert finding.zh.endswith("。")
    assert finding.en.endswith(".")
    assert read_json(table)["projects"] == []
    return finding.code, finding.zh


def test_the_good_documents_of_these_tests_are_read() -> None:
    for data in (GOOD.encode(), BOOK, PAPER):
        table = read(data, "x")
        assert (table.status, table.indicator_count, table.findings) == (Status.READ, 1, ())


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        pytest.param(b"", "R10", "空的", id="empty"),
        pytest.param(b" \r\n\t" * 100, "R10", "空的", id="only blanks"),
        pytest.param(b"\xef\xbb\xbf", "R10", "空的", id="only a byte order mark"),
        pytest.param(NOISE, "R10", "不是文字", id="binary noise"),
        pytest.param(b"\0" * 5000, "R10", "不是文字", id="zero bytes"),
        pytest.param(b"%PDF-1.7\n" + NOISE, "R10", "PDF", id="PDF"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + NOISE, "R10", "图片", id="PNG"),
        pytest.param(compound("WordDocument", "1Table"), "R10", ".doc", id="an old .doc called .docx"),
        pytest.param(compound("Workbook"), "R10", "损坏", id="an old .xls called .xlsx"),
        pytest.param(compound("EncryptedPackage", "EncryptionInfo"), "R10", "密码", id="password of the office program"),
        pytest.param(compound(), "R10", "旧版办公文件", id="an unknown compound file"),
        pytest.param(b"\xd0\xcf\x11\xe0", "R10", "旧版办公文件", id="a compound file cut off"),
        pytest.param(encrypted_part(), "R10", "密码", id="password of the archive"),
        pytest.param(BOOK[: len(BOOK) // 2], "R10", "损坏", id="half an xlsx"),
        pytest.param(PAPER[:-30], "R10", "损坏", id="a docx without its end"),
        pytest.param(b"PK\x03\x04", "R10", "损坏", id="four bytes of a zip"),
        pytest.param(archive({"a.txt": GOOD}), "R10", "压缩包", id="a zip of something else"),
        pytest.param(archive({}), "R10", "压缩包", id="an empty zip"),
        pytest.param(workbook("<worksheet"), "R10", "损坏", id="XML cut off in a sheet"),
        pytest.param(paper(f"<w:document {WORD}><w:body>"), "R10", "损坏", id="XML cut off in a text"),
        pytest.param(paper(f"<?xml version='1.0' encoding='x-no'?><w:document {WORD}/>"), "R10", "损坏",
                     id="an unknown encoding in XML"),
        pytest.param("今天天气很好。".encode(), "R09", "没有找到", id="no table"),
        pytest.param(HEAD.encode(), "R09", "没有一项", id="headings only"),
        pytest.param(f"{HEAD}道路养护\t36\t36\t保障通行\t\n合计\t36\t36\n".encode(), "R09", "没有一项", id="no indicator"),
        pytest.param(workbook(""), "R09", "没有找到", id="an empty sheet"),
        pytest.param(paper(""), "R09", "没有找到", id="an empty text"),
        pytest.param(b"<html><body><table></table></body></html>", "R09", "没有找到", id="an empty page"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_one_sentence(data: bytes, code: str, said: str) -> None:
    assert refused(data)[0] == code
    assert said in refused(data, "x.docx")[1]


@pytest.mark.parametrize("source", [BOOK, PAPER], ids=["xlsx", "docx"])
def test_an_office_file_cut_off_anywhere_is_refused(source: bytes) -> None:
    for end in range(1, len(source), 97):
        assert refused(source[:end])[0] in ("R09", "R10")


@pytest.mark.parametrize("source", [BOOK, PAPER], ids=["xlsx", "docx"])
def test_an_office_file_with_a_damaged_byte_never_raises(source: bytes) -> None:
    rng = random.Random(3)
    for _ in range(300):
        data = bytearray(source)
        data[rng.randrange(len(data))] = rng.randrange(256)
        assert read(bytes(data), "x").status in (Status.READ, Status.REFUSED)


def test_a_zip_bomb_is_refused_before_it_is_inflated() -> None:
    assert refused(bomb(80))[0] == "R11"
    nested = archive({"xl/workbook.xml": bomb(1), "xl/inner.zip": bomb(1)})
    assert refused(nested)[0] == "R10"  # an archive inside is never opened
    many = archive({f"word/p{k}.xml": b"" for k in range(20_001)}, zipfile.ZIP_STORED)
    assert refused(many)[0] == "R11"


def test_sizes_that_the_headers_lie_about_are_not_believed() -> None:
    assert refused(lying(90 << 20))[0] in ("R10", "R11")


def test_two_parts_of_one_name_are_one_part() -> None:
    out = io.BytesIO()
    out.write(BOOK)
    with zipfile.ZipFile(out, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("xl/worksheets/sheet1.xml", f"<worksheet {MAIN}><sheetData/></worksheet>")
    assert refused(out.getvalue())[0] == "R09"


ROOTS = {
    "sheet": (f"<worksheet {MAIN}><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>&%s;</t></is></c></row>"
              "</sheetData></worksheet>", workbook),
    "text": (f"<w:document {WORD}><w:body><w:p><w:r><w:t>&%s;</w:t></w:r></w:p></w:body></w:document>", paper),
}  # fmt: skip


@pytest.mark.parametrize("kind", ROOTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_document_type_in_an_office_file_is_refused_in_every_encoding(
    kind: str, encoding: str, tmp_path: Path
) -> None:
    body, make = ROOTS[kind]
    secret = tmp_path / "secret.txt"
    secret.write_text(ITEM, encoding="utf-8")
    for start, name in ((entity_bomb(), "a9"), (external_entity(secret.as_uri()), "e")):
        xml = (start.replace('version="1.0"', f'version="1.0" encoding="{encoding}"') + body % name).encode(encoding)
        code, zh = refused(make(xml))
        assert code == "R10"
        assert ITEM not in zh


def test_entities_of_a_page_are_words_and_never_files(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("绝密", encoding="utf-8")
    page = (
        f"{external_entity(secret.as_uri())}<html><body><p>&e; &a9;</p><table><tr><td>x</td></tr></table></body></html>"
    )
    assert refused(page.encode())[0] == "R09"
    assert "绝密" not in repr(read(page.encode(), "x.html"))


def far_cells() -> list[object]:
    """Sheets whose one cell lies so far out that a table of all cells would fill the memory."""
    value = "<is><t>a</t></is></c>"
    return [
        pytest.param(f'<row r="1048576"><c r="XFD1048576" t="inlineStr">{value}</row>', id="the last cell"),
        pytest.param(f"<row r='1048576'><c r='XFD1048576' t='inlineStr'>{value}</row>", id="single quotes"),
        pytest.param(f'<row r="99999"><c r="XFD99999" t="inlineStr">{value}</row>', id="fewer digits"),
        pytest.param(f'<row r = "99999" ><c  t="inlineStr"  r = "XFD99999">{value}</row>', id="blanks"),
        pytest.param(f'<row r="1048576"><c r="A1048576" t="inlineStr">{value}</row>', id="the last row"),
        pytest.param('<row r="1000001">' + f'<c t="inlineStr">{value}' * 20 + "</row>", id="cells without a place"),
    ]


@pytest.mark.parametrize("rows", far_cells())
def test_a_cell_too_far_out_is_refused_before_memory_is_spent(rows: str) -> None:
    first = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    assert refused(workbook(first + rows))[0] == "R11"


def test_empty_cells_far_out_do_not_count() -> None:
    far = '<row r="1048576"><c r="A1048576" s="0"/><c r="XFD1048576" s="0"/></row>'
    assert read(workbook(sheet_rows(GOOD) + far), "x").indicator_count == 1


def test_a_table_of_too_many_rows_is_refused_in_every_format(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("open_csv", "open_text", "open_html", "open_xlsx", "open_docx"):
        monkeypatch.setattr(f"hengji.reading.{module}.MAX_ROWS", 100_500)
    rows = 100_501
    assert (
        refused(workbook("".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c></row>' for r in range(1, rows + 1))))[0]
        == "R11"
    )
    assert refused(b"a,b,c,d\n" * rows, "x.csv")[0] == "R11"
    assert refused(b"a\tb\n" * rows)[0] == "R11"
    assert refused(b"<table>" + b"<tr><td>a" * rows)[0] == "R11"
    assert refused(paper(f"<w:tbl>{'<w:tr/>' * rows}</w:tbl>"))[0] == "R11"


def test_one_long_text_asked_for_by_many_cells_is_refused() -> None:
    cells = "".join(f'<row r="{r}"><c r="A{r}" t="s"><v>0</v></c></row>' for r in range(1, 3_001))
    assert refused(workbook(cells, f"<si><t>{'a' * 400_000}</t></si>"))[0] == "R11"


@pytest.mark.parametrize("letter", ["a", "指"])
def test_a_cell_of_ten_megabytes_is_refused_in_every_format(letter: str) -> None:
    text = letter * (10_000_000 // len(letter.encode()) + 1)
    body = f"{HEAD}道路养护\t36\t36\t{text}\t{ITEM}\n"
    assert refused(body.encode())[0] == "R11"
    assert refused(body.replace("\t", ",").encode(), "x.csv")[0] == "R11"
    assert refused(f"<table><tr><td>{text}</td></tr></table>".encode())[0] == "R11"
    assert refused(workbook(sheet_rows(body)))[0] == "R11"
    assert refused(paper(word_table(body)))[0] == "R11"


def test_merged_areas_that_would_fill_the_memory_are_refused() -> None:
    row = "<tr>" + '<td rowspan="60000" colspan="1000">x</td>' * 3 + "</tr>"
    assert refused(f"<table>{row}{'<tr></tr>' * 60_000}</table>".encode())[0] == "R11"
    merges = "".join('<mergeCell ref="A1:Z5000"/>' for _ in range(1000))
    filled = "".join(f'<row r="{r}"><c r="Z{r}"><v>1</v></c></row>' for r in (1, 5000))
    sheet = f"<worksheet {MAIN}><sheetData>{filled}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"
    assert refused(workbook(sheet))[0] == "R11"


@pytest.mark.parametrize("tag", ["<div>", "<table><tr><td>", "<p", "<!--", "<", "&", "<script>", "<td rowspan=2>"])
def test_tags_nested_without_end_neither_raise_nor_invent(tag: str) -> None:
    assert refused(f"<html><table>{tag * 20_000}".encode())[0] == "R09"


def test_xml_nested_without_end_is_refused() -> None:
    depth = 100_000
    assert refused(paper("<w:sdt><w:sdtContent>" * depth + "</w:sdtContent></w:sdt>" * depth))[0] in ("R10", "R11")


def test_nested_word_tables_neither_raise_nor_invent() -> None:
    depth = 40
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    assert refused(paper(body))[0] == "R09"


WATCH = """
import sys
from pathlib import Path
data = Path(sys.argv[1]).read_bytes()
from hengji.reading import read
read({good!r}.encode(), "warm.txt"); read({book!r}, "warm.xlsx"); read({paper!r}, "warm.docx")  # imports are done
seen = []
calm = ("object.", "gc.", "sys._getframe")
sys.addaudithook(lambda event, args: seen.append(event) if watching and not event.startswith(calm) else None)
watching = True
read(data, "x")
watching = False
print(seen)
"""


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(BOOK, id="xlsx"),
        pytest.param(workbook(sheet_rows(GOOD) + '<row r="9"><c r="A9"><f>WEBSERVICE("http://127.0.0.1:9/")</f></c></row>'),
                     id="a formula that would fetch"),
        pytest.param(paper(f'<w:p><w:r><w:instrText>INCLUDETEXT "/etc/passwd"</w:instrText></w:r></w:p>{word_table(GOOD)}'),
                     id="a field that would include a file"),
        pytest.param(workbook(f'<?xml version="1.0"?><?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>'
                              f"<worksheet {MAIN}><sheetData>{sheet_rows(GOOD)}</sheetData></worksheet>"),
                     id="a style sheet elsewhere"),
        pytest.param(f"<html><head><script src='http://127.0.0.1:9/x.js'></script><base href='http://127.0.0.1:9/'>"
                     f"<link rel=stylesheet href=/x.css></head><body><img src='/x.png' onerror='alert(1)'>"
                     f"<iframe src='file:///etc/passwd'></iframe><object data='/x'></object>{GOOD}</body></html>".encode(),
                     id="a page that would fetch"),
        pytest.param(f'=cmd|"/c calc"!A1,{GOOD}'.encode(), id="a cell that would run a program"),
        pytest.param((external_entity("http://127.0.0.1:9/x.dtd") + ROOTS["text"][0] % "e").encode(), id="bare XML"),
        pytest.param(paper(external_entity("http://127.0.0.1:9/x.dtd") + ROOTS["text"][0] % "e"), id="an external entity"),
    ],
)  # fmt: skip
def test_no_document_opens_fetches_or_runs_anything(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "x"
    file.write_bytes(data)
    program = WATCH.format(good=GOOD, book=BOOK, paper=PAPER).replace("seen = []", "seen = []; watching = False")
    done = subprocess.run(
        [sys.executable, "-c", program, str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


def run(*files: str, folder: Path) -> tuple[int, list[TargetTable], str]:
    done = subprocess.run(
        [sys.executable, "-c", "from hengji.cli import main; main()", "read", *files, "--json"],
        capture_output=True, text=True, timeout=120, check=False, cwd=folder, env={**os.environ, "PYTHONUTF8": "1"},
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_the_command_says_why_and_ends_with_2_for_a_refused_document(tmp_path: Path) -> None:
    files = {"a.docx": compound("WordDocument"), "b.xlsx": b"", "c.txt": GOOD.encode(), "d.xlsx": bomb(80)}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    code, answers, said = run(*files, folder=tmp_path)
    assert code == 2
    assert [a["status"] for a in answers] == ["refused", "refused", "read", "refused"]
    assert [f["code"] for a in answers for f in a["findings"]] == ["R10", "R10", "R11"]
    assert "Traceback" not in said
    assert ".doc" in said
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(files)
