"""From bytes to text: UTF-8 with and without BOM, UTF-16, GB18030, and text that was converted wrongly before.

Every encoding is tried strictly, and its result must look like Chinese text: common characters, hardly any control or
private ones. Only bytes that fit nothing so far are shown to a general detector; what was repaired is a finding (R06).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import NamedTuple

from charset_normalizer import from_bytes

from hengji.model.finding import Finding, Place
from hengji.reading.faults import ENCODING, UNOPENABLE
from hengji.reading.grid import Refused

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(r"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,20})""")
_CHINESE_FAMILY = frozenset(("gbk", "gb2312", "gb18030", "cp936", "gb-2312", "gb_2312-80", "x-gbk", "hz-gb-2312"))
_SAMPLE = 30_000
# Control, surrogate, private-use and replacement characters are noise; white space of any kind is not.
_ODD = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\uf8ff\ufffd]")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]+")
_NOT_ASCII = re.compile("[^\x00-\x7f]")
# Windows-1252 as browsers read it: the five bytes it leaves open stand for themselves.
_WESTERN = {
    bytes([b]).decode("cp1252", "replace") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b): b for b in range(256)
}
_FIRST_LEVEL = bytes(range(0xB0, 0xD8))
_WESTERN |= {chr(b): b for b in range(256)}


class Decoded(NamedTuple):
    """Decoded text without a byte order mark, the encoding it came in, and what was odd about it."""

    text: str
    encoding: str
    findings: tuple[Finding, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text of some bytes.

    Raises:
        Refused: the bytes are no text in any encoding that is known here (R10).
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            text, bad = _tolerant(body, encoding)
            if _much(bad, text):
                break
            return _finished(text, encoding, bad)
    for encoding, text in _strict(data):
        if likely(text):
            return _finished(text, encoding, 0)
    for encoding in ("utf-8", "gb18030"):
        text, bad = _tolerant(data, encoding)
        if not _much(bad, text) and likely(text.replace("\ufffd", "")) and (bad or _HAN.search(text) is None):
            return _finished(text, encoding, bad)
    for _, text in _strict(data):
        if again := _restored(text):
            return Decoded(again[0], "utf-8", (_converted(again[1]),))
    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None and likely(str(best)) and _common_share(str(best)) > 0.5:
        text = data.decode(best.encoding, errors="replace")
        said = f"按检测到的 {best.encoding} 读入", f"was read as {best.encoding}, as detected"
        return Decoded(text, best.encoding, (_repaired(*said),))
    if any(_lost(text) for _, text in _strict(data)):
        raise Refused(
            UNOPENABLE.at(
                Place(),
                "文件里的文字曾被当作别的编码错误转换，而且丢了字节，无法还原，没有读取。请用转换之前的文件。",
                "The text was once converted from a wrong encoding and lost bytes, so it cannot be restored; not read. "
                "Use the file from before that.",
            )
        )
    raise Refused(
        UNOPENABLE.at(
            Place(),
            "文件不是文字，也不是能读的办公文件，没有读取。请确认选对了文件；能读文本、HTML、CSV、XLSX、DOCX。",
            "The file is neither text nor an office file that can be read. Check that it is the right one; text, HTML, "
            "CSV, XLSX and DOCX are read.",
        )
    )


def likely(text: str) -> bool:
    """Whether text looks like text: hardly any odd character, and Chinese of mostly common characters."""
    sample = text[:_SAMPLE]
    if len(_ODD.findall(sample)) > len(sample) // 200:
        return False
    han = sum(map(len, _HAN.findall(sample)))
    if han < 8:
        # Almost no Chinese: plain Latin text, unless the rest is the debris of something misread.
        others = len(_NOT_ASCII.findall(sample)) - han
        return others * 4 <= len(sample) + 8 and _restored(sample) is None
    return _common_share(sample) >= 0.75


def _strict(data: bytes) -> Iterator[tuple[str, str]]:
    """Decodings without any error, the most telling encoding first."""
    orders = ["utf-8", "gb18030"]
    if len(data) % 2 == 0 and len(data) > 1:
        low, high = data[:_SAMPLE:2].count(0), data[1:_SAMPLE:2].count(0)
        # Digits, tabs and line breaks have a zero byte, on the same side each time.
        if low or high:
            orders = ["utf-16-le", "utf-16-be", *orders] if high >= low else ["utf-16-be", "utf-16-le", *orders]
        else:
            orders += ["utf-16-le", "utf-16-be"]
    for encoding in orders:
        try:
            yield encoding, data.decode(encoding)
        except UnicodeDecodeError:
            continue


def _tolerant(data: bytes, encoding: str) -> tuple[str, int]:
    text = data.decode(encoding, errors="replace")
    return text, text.count("\ufffd")


def _much(bad: int, text: str) -> bool:
    return bad > 8 + len(text) // 100 or bad * 4 > len(text)


def _finished(text: str, encoding: str, bad: int) -> Decoded:
    """Name what was damaged, undo a wrong conversion made before us, and name a wrong declaration."""
    if bad:
        at = text.index("\ufffd")
        zh, en = f"有 {bad} 处字节损坏，显示为“�”", f"has {bad} damaged places, shown as �"
        return Decoded(text, encoding, (_repaired(zh, en, Place(at, at + 1)),))
    if again := _restored(text):
        return Decoded(again[0], encoding, (_converted(again[1]),))
    declared = _DECLARED.search(text, 0, 4096)
    if declared and _NOT_ASCII.search(text):
        said = declared[1].lower()
        family = said in _CHINESE_FAMILY and encoding == "gb18030"
        if not family and said.replace("_", "-").replace("utf8", "utf-8") != encoding.removesuffix("-le").removesuffix(
            "-be"
        ):
            zh, en = (
                f"声明的编码是 {said}，实际是 {encoding}，已按实际读入",
                f"is declared as {said} but is {encoding}; read as what it is",
            )
            return Decoded(text, encoding, (_repaired(zh, en, Place(*declared.span(1))),))
    return Decoded(text, encoding)


def _restored(text: str) -> tuple[str, str] | None:
    """Text whose UTF-8 or GBK bytes were once read as something else, set right; None where nothing was wrong."""
    if _common_share(text) >= 0.75 or len(_NOT_ASCII.findall(text[:_SAMPLE])) < 4:
        return None
    for name, back in (("gb18030", _as_gb18030), ("windows-1252", _as_western)):
        for encoding in ("utf-8", "gb18030"):
            if name == encoding:
                continue
            try:
                again = back(text).decode(encoding)
            except (UnicodeError, KeyError):
                continue
            if _common_share(again[:_SAMPLE]) >= 0.75 and _HAN.search(again):
                return again, name
    return None


def _lost(text: str) -> bool:
    """Whether text is UTF-8 that was once read as GB18030 and lost bytes on the way."""
    again = text[:_SAMPLE].encode("gb18030", "ignore").decode("utf-8", "ignore")
    return len(_HAN.findall(again)) >= 8 and _common_share(again) >= 0.75


def _as_gb18030(text: str) -> bytes:
    return text.encode("gb18030")


def _as_western(text: str) -> bytes:
    return bytes([_WESTERN[c] for c in text])


def _common_share(text: str) -> float:
    """The share of common characters (the first level of GB 2312) among Chinese ones; 0 where there are none."""
    han = "".join(_HAN.findall(text[:_SAMPLE]))
    if not han:
        return 0.0
    leads = han.encode("gb2312", errors="replace").replace(b"?", b"")[::2]
    return (len(leads) - len(leads.translate(None, _FIRST_LEVEL))) / len(han)


def _converted(wrong: str) -> Finding:
    return _repaired(f"曾被当作 {wrong} 错误转换，已还原", f"had once been misread as {wrong}; it was restored")


def _repaired(zh: str, en: str, place: Place | None = None) -> Finding:
    return ENCODING.at(
        place or Place(), f"文字{zh}。读错的字会带进指标。请抽查几处文字。", f"The text {en}. Check a few words."
    )
