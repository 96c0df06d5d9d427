"""Documents that are broken, hostile or at odds with themselves, built byte by byte."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

HEAD = "项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\n"
ITEM = "1、1-产出指标；11-数量指标；巡查次数；实施周期指标值:≥12次；年度指标值:≥12次。"
GOOD = f"部门名称：青禾市市政管理局\n单位：万元\n{HEAD}道路养护\t36.00\t36.00\t保障通行\t{ITEM}\n"

_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="%s"/></Relationships>'
)
_LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
_BOOK = (
    f'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="表" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def archive(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def workbook(sheet: bytes | str, shared: str = "", **more: bytes | str) -> bytes:
    """An xlsx with one sheet, given as the XML of its rows or as a whole part."""
    if isinstance(sheet, str) and "<worksheet" not in sheet:
        sheet = f"<?xml version='1.0'?><worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>"
    return archive(
        {
            "[Content_Types].xml": _TYPES, "_rels/.rels": _ROOT % "xl/workbook.xml", "xl/workbook.xml": _BOOK,
            "xl/_rels/workbook.xml.rels": _LINKS, "xl/worksheets/sheet1.xml": sheet,
            "xl/sharedStrings.xml": f"<sst {MAIN}>{shared}</sst>", **more,
        }
    )  # fmt: skip


def sheet_rows(text: str, first: int = 1) -> str:
    """The XML of rows with the cells of text cut at its tabs."""
    rows = []
    for r, line in enumerate(text.rstrip("\n").split("\n"), first):
        cells = "".join(
            f'<c r="{chr(65 + c)}{r}" t="inlineStr"><is><t>{cell}</t></is></c>'
            for c, cell in enumerate(line.split("\t"))
        )
        rows.append(f'<row r="{r}">{cells}</row>')
    return "".join(rows)


def paper(body: bytes | str) -> bytes:
    """A docx with this body, or this whole part."""
    if isinstance(body, str) and "<w:document" not in body:
        body = f"<?xml version='1.0'?><w:document {WORD}><w:body>{body}</w:body></w:document>"
    return archive(
        {"[Content_Types].xml": _TYPES, "_rels/.rels": _ROOT % "word/document.xml", "word/document.xml": body}
    )


def word_table(text: str) -> str:
    def cell(words: str) -> str:
        return f"<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>"

    lines = text.rstrip("\n").split("\n")
    return "<w:tbl>" + "".join(f"<w:tr>{''.join(map(cell, line.split(chr(9))))}</w:tr>" for line in lines) + "</w:tbl>"


def compound(*streams: str) -> bytes:
    """An old compound file with nothing but a directory of these streams, as .doc, .xls and encrypted files have."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    entries = b""
    for name in ("Root Entry", *streams):
        raw = name.encode("utf-16-le") + b"\0\0"
        kind = 5 if name == "Root Entry" else 2
        entries += raw.ljust(64, b"\0") + struct.pack("<HB", len(raw), kind) + bytes(61)
    return head + entries.ljust(1024, b"\0")


def bomb(megabytes: int) -> bytes:
    """A sheet that inflates a thousandfold."""
    return workbook(f"<worksheet {MAIN}>".encode() + b" " * (megabytes << 20) + b"</worksheet>")


def lying(inflated: int) -> bytes:
    """A stored size that is a lie: the headers say 100 bytes, the data goes on."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = body.compress(b"A" * inflated) + body.flush()
    name = b"xl/workbook.xml"
    crc = zlib.crc32(b"A" * inflated)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(data), 100, len(name), 0)
    local = b"PK\x03\x04" + fields + name + data
    central = b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def encrypted_part() -> bytes:
    """A workbook whose parts are marked as encrypted by the archive."""
    data = bytearray(workbook(sheet_rows(GOOD)))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    at = 0
    while (at := data.find(b"PK\x03\x04", at)) >= 0:
        data[at + 6] |= 1
        at += 4
    return bytes(data)


def entity_bomb() -> str:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "aaaaaaaaaa">{lines}]>'


def external_entity(where: str) -> str:
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "{where}">]>'
