"""Office files as zip archives, opened without trusting them: size, ratio, encryption, damage, entities.

Nothing is written to disk, nothing is fetched. What an archive says about its sizes is not believed: parts are
inflated piece by piece and counted, and a library that wants an archive is handed one made of counted parts only.
"""

from __future__ import annotations

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from hengji.model.finding import Finding, Place
from hengji.reading.faults import TOO_LARGE, UNOPENABLE
from hengji.reading.grid import Refused
from hengji.reading.limits import MAX_INFLATED, MAX_PARTS, MAX_RATIO, MIN_SUSPECT
from hengji.reading.ole import OLE, what_is

# How a zip begins: a part, an empty archive, one of several volumes. "PK" alone may begin a text.
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_CHUNK = 1 << 20
_MAX_TREE = 256 << 20  # bytes of XML read as a whole: in memory its tree is ten times as large
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)")
_MARKS_OF_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, IndexError,
               KeyError, OverflowError, NotImplementedError, RuntimeError)  # fmt: skip
_OFFICE_DOCUMENT = "/officeDocument"


class _Other(NamedTuple):
    """A kind of archive that is told apart only to say what to do with it."""

    sign: str  # a part, or a folder with its slash
    name: str
    zh: str
    en: str


_OTHERS = (
    _Other("xl/workbook.bin", "XLSB", "请另存为 XLSX", "Save it as XLSX"),
    _Other("ppt/", "PPTX", "请把表格另存为 XLSX 或 DOCX", "Save the table as XLSX or DOCX"),
    _Other("OFD.xml", "OFD", "请向编制单位索取 DOCX 或 XLSX", "Ask for the DOCX or XLSX"),
    _Other("META-INF/manifest.xml", "ODF", "请另存为 XLSX 或 DOCX", "Save it as XLSX or DOCX"),
)


class Container:
    """The parts of an office file, read and counted one by one.

    Raises:
        Refused: damaged (R10), or more parts than the limit (R11).
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = self._zip.infolist()
        except _UNREADABLE:
            raise Refused(damaged()) from None
        if len(infos) > MAX_PARTS:
            raise Refused(
                TOO_LARGE.at(
                    Place(),
                    f"文件内部有 {len(infos):,} 个部件，上限 {MAX_PARTS:,} 个，没有读取。请用办公软件重新保存。",
                    f"The file has {len(infos):,} parts, over {MAX_PARTS:,}; not read. Save it again.",
                )
            )
        # Some programs write the separators of another system.
        self._infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in infos}
        self._inflated = 0

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._infos)

    def part(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is no such part.

        Raises:
            Refused: encrypted or damaged (R10), over a limit (R11), or XML that declares a document type (R10).
        """
        if name not in self._infos:
            return None
        data = self.raw(name)
        if _declares_type(data):
            raise Refused(_declared(name))
        return data

    def raw(self, name: str) -> bytes:
        """The bytes of a part that is there, whatever they are.

        Raises:
            Refused: encrypted or damaged (R10), or over a limit (R11).
        """
        info = self._infos[name]
        if info.flag_bits & 1:
            raise Refused(encrypted())
        chunks: list[bytes] = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while chunk := stream.read(_CHUNK):
                    size += len(chunk)
                    self._inflated += len(chunk)
                    _check(name, size, info.compress_size, self._inflated)
                    chunks.append(chunk)
        except _UNREADABLE:
            raise Refused(damaged()) from None
        return b"".join(chunks)

    def main_part(self, usual: str) -> str:
        """The name of the part that holds the document, as the archive's relations name it, or the usual name."""
        relations = self.part("_rels/.rels")
        for relation in xml_of(relations) if relations is not None else ():
            if str(relation.get("Type") or "").endswith(_OFFICE_DOCUMENT):
                name = str(relation.get("Target") or "").lstrip("/")
                if name in self._infos:
                    return name
        return usual


def repacked(parts: Mapping[str, bytes]) -> io.BytesIO:
    """An archive of these parts, stored as they are: for a library that opens archives by itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    out.seek(0)
    return out


def xml_of(data: bytes) -> etree._Element:
    """The root of an XML part; no entity, no network, no document type.

    Raises:
        Refused: the XML is damaged (R10), or too large, too deep or with a text too long for a tree (R11).
    """
    if len(data) > _MAX_TREE:
        raise Refused(_too_much_xml())
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(_xml_error(error)) from None
    except ValueError:
        raise Refused(damaged()) from None
    if str(
        getattr(root.getroottree().docinfo, "doctype", "")
    ):  # written in an encoding in which the bytes did not show it
        raise Refused(_declared(""))
    return root


def kind_of(data: bytes) -> str:
    """What an office file is by its content: "xlsx", "docx", or the old "xls" or "doc".

    Raises:
        Refused: a zip or compound file of something else, an encrypted office file, or a damaged one (R10).
    """
    if data.startswith(OLE):
        kind = what_is(data)
        if kind == "encrypted":
            raise Refused(encrypted())
        if kind not in ("doc", "xls"):
            raise Refused(_of_ole(kind))
        return kind
    names = Container(data).names
    for other in _OTHERS:
        if any(n == other.sign or (other.sign.endswith("/") and n.startswith(other.sign)) for n in names):
            raise Refused(
                UNOPENABLE.at(
                    Place(),
                    f"这是 {other.name} 文件，不论文件名是什么，本版本读不了，没有读取。{other.zh}后再读。",
                    f"This is {other.name} file content, whatever the name says; it cannot be read. {other.en}.",
                )
            )
    for kind, folder in (("xlsx", "xl/"), ("docx", "word/")):
        if any(n.startswith(folder) for n in names):
            return kind
    raise Refused(
        UNOPENABLE.at(
            Place(),
            "这是压缩包，里面不是 XLSX 或 DOCX 的内容，没有读取。请先解压，再逐个读取里面的文件。",
            "This is an archive, but its content is neither XLSX nor DOCX; not read. Unpack it and read the files inside.",
        )
    )


def encrypted() -> Finding:
    """R10 for a file with a password."""
    return UNOPENABLE.at(
        Place(),
        "文件有密码保护，内容是加密的，没有读取。请在办公软件里输入密码打开，取消密码后另存。",
        "The file is protected by a password, so its content is encrypted; not read. Save it without the password.",
    )


def damaged() -> Finding:
    """R10 for an office file whose archive or XML is broken."""
    return UNOPENABLE.at(
        Place(),
        "文件损坏或没有下载完整，打不开，没有读取。请重新下载，或用办公软件修复后另存。",
        "The file is damaged or was not downloaded completely; not read. Download it again, or repair and save it.",
    )


def _check(name: str, size: int, stored: int, inflated: int) -> None:
    if size > MIN_SUSPECT and size > MAX_RATIO * max(stored, 1):
        zh, en = (
            f"部件 {name} 展开到 {size >> 20:,} MB，是压缩后的 {MAX_RATIO} 倍以上",
            f"Part {name} inflates to {size >> 20:,} MB, more than {MAX_RATIO} times its stored size",
        )
    elif inflated > MAX_INFLATED:
        zh, en = (
            f"文件展开后超过 {MAX_INFLATED >> 20:,} MB",
            f"The file inflates to more than {MAX_INFLATED >> 20:,} MB",
        )
    else:
        return
    raise Refused(
        TOO_LARGE.at(
            Place(),
            f"{zh}，像是压缩炸弹，没有读取。请确认文件来源，或用办公软件重新保存。",
            f"{en}, like a zip bomb; not read. Check where it comes from, or save it again.",
        )
    )


def _declares_type(data: bytes) -> bool:
    """Whether XML declares a document type; the zero bytes of UTF-16 are taken out before looking."""
    if data.startswith(_MARKS_OF_WIDE):
        data = data.replace(b"\0", b"")
    return b"!" in data and b"<!" in data and bool(_DOCTYPE.search(data))


def _declared(name: str) -> Finding:
    return UNOPENABLE.at(
        Place(),
        f"文件的部件 {name} 里有 DOCTYPE 实体声明，正常的办公文件没有，可能用来攻击，没有读取。请用办公软件重新保存。",
        f"Part {name} declares a DOCTYPE, which no office file does and attacks use; not read. Save it again.",
    )


def _xml_error(error: etree.XMLSyntaxError) -> Finding:
    said = str(error).lower()
    if "huge" not in said and "depth" not in said and "too long" not in said:
        return damaged()
    return _too_much_xml()


def _too_much_xml() -> Finding:
    return TOO_LARGE.at(
        Place(),
        f"文件正文超过 {_MAX_TREE >> 20} MB，或其中一段文字超过 1,000 万字节，或层层嵌套太深，不像一张表，没有读取。"
        "请检查导出是否出错，或拆分文件。",
        f"The text part has more than {_MAX_TREE >> 20} MB, or one text in it more than 10 million bytes, or its nesting "
        "is too deep; that is no table, so it was not read. Check how it was exported, or split it.",
    )


_OLE_WORDS = {
    "ppt": ("旧版演示文稿（.ppt）", "an old presentation (.ppt)"),
    "": ("旧版办公文件，或已损坏", "an old office file, or a damaged one"),
}


def _of_ole(kind: str) -> Finding:
    zh, en = _OLE_WORDS[kind]
    return UNOPENABLE.at(
        Place(),
        f"这是{zh}，不论文件名是什么，本版本读不了，没有读取。请用 Word、Excel 或 WPS 打开后另存为 XLSX 或 DOCX。",
        f"This is {en}, whatever its name says; it cannot be read. Open it and save it as XLSX or DOCX.",
    )
