"""DOC (Word 97–2003, and WPS) and RTF → paragraphs and grids, by way of a program that makes a DOCX of it.

No library reads them. The door that calls hands in what converts; nothing is started here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from hengji.model.finding import Place, Severity
from hengji.model.table import Source
from hengji.reading.faults import DAMAGED, UNOPENABLE
from hengji.reading.grid import Document, Grid, Refused
from hengji.reading.open_docx import open_docx

Convert = Callable[[bytes, str], bytes | None]
"""From the bytes of an old document and its ending ("doc", "rtf") to those of a DOCX; None where it did not succeed."""

MEDIA_TYPES = {"doc": "application/msword", "rtf": "application/rtf"}
_NAMES = {"doc": ("旧版 Word 文件（.doc）", "an old Word file (.doc)"), "rtf": ("RTF 文件", "an RTF file")}
# A Chinese character or full stop, then the mark with which Word ends a cell, both of two bytes.
_CELL = re.compile(rb"[\x00-\xff](?:[\x4e-\x9f]|\x30)\x07\x00")
_FEWEST = 4  # cells in a file that holds a table


def open_doc(data: bytes, source: Source, kind: str, convert: Convert | None) -> Document:
    """The paragraphs and tables of an old document; `partly` where conversion lost its tables.

    Raises:
        Refused: nothing here can convert it, or conversion failed (R10), or over a limit (R11).
    """
    zh, en = _NAMES[kind]
    if convert is None:
        raise Refused(
            UNOPENABLE.at(
                Place(),
                f"这是{zh}，不论文件名是什么，要用 LibreOffice 转换才能读，这里没有装，没有读取。请安装 LibreOffice，或用 Word、WPS 打开后另存为 DOCX。",
                f"This is {en}, whatever its name says; reading it takes LibreOffice, which is not installed here. "
                "Install LibreOffice, or open the file and save it as DOCX.",
            )
        )
    made = convert(data, kind)
    if made is None:
        raise Refused(
            UNOPENABLE.at(
                Place(),
                f"这是{zh}，LibreOffice 没有转换成功（文件损坏、加密或超过时限），没有读取。请用 Word 或 WPS 打开后另存为 DOCX。",
                f"This is {en} and LibreOffice did not convert it (damaged, encrypted or too slow); not read. Open it "
                "and save it as DOCX.",
            )
        )
    document = open_docx(made, replace(source, media_type=MEDIA_TYPES[kind]))
    tables = sum(isinstance(block, Grid) for block in document.blocks)
    cells = len(_CELL.findall(data)) if kind == "doc" else data.count(b"\\cell")
    lost = not tables and cells >= _FEWEST
    if lost:
        document.partly = True
        said = (
            f"这是{zh}，经 LibreOffice 转换后表格结构丢失（原有约 {cells} 个单元格，只剩文字），读出的归属可能有错。请另存为 DOCX 再读。",
            f"This is {en}; conversion by LibreOffice lost its table structure (about {cells} cells, text only is left), "
            "so values may stand with the wrong indicator. Save it as DOCX.",
        )
    else:
        said = (
            f"这是{zh}，先由 LibreOffice 转换再读取，转换后有 {tables} 个表格。请抽查几处，或另存为 DOCX 再读。",
            f"This is {en}; it was converted by LibreOffice first, which gave {tables} tables. Check a few places.",
        )
    document.findings.insert(0, DAMAGED.at(Place(), *said, severity=Severity.WARNING if lost else Severity.INFO))
    return document
