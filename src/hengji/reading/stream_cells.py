"""Text as a stream of cells: where merged cells got lost, only the order in which cells were written is left."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hengji.model.finding import Place
from hengji.reading.level_words import flat, is_level1, is_level2
from hengji.reading.markup import clean

_PIPES = re.compile(r"[|｜│┃\t\f]|\r\n?|\n")
_BLANKS = re.compile(r"[|｜│┃\t\f]|\r\n?|\n|[ \xa0\u2002\u2003\u3000]+")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_FRAGMENT = 12
_TEARABLE = re.compile("公众|服务|受益|对象|社会|经济|生态|可持续")
_MOST_PARTS = 8
# A line of its own, never part of a wrapped cell: a title, a year, the label that begins a form.
_WHOLE_LINE = re.compile(
    r"\S{0,60}绩效(?:目标|自评|自我评价|监控|评价)\S{0,8}(?:表(?:[（(].{0,12}[)）])?|目标)|[（(]?20[0-9]{2}年?度?[)）]?年?度?"
    "|附件[0-9一二三四五]{0,2}|(?:转移支付|专项)?(?:[（(]项目[)）])?(?:项目)?名称"
)
_NO_CELL = ("指标", "目标")  # never a cell of their own, but the second half of one


class Token(NamedTuple):
    r"""A cell or a piece of one: its text without outer white space, where it stands, and what parts it from the one before.

    `gap` is "|" for a mark between cells, "\n" for a line break alone, " " for blanks, "" for nothing at all: then `cut` tells what
    a cell that begins here costs, `join` what one that runs on over this place does.
    """

    text: str
    start: int
    end: int
    gap: str = "|"
    cut: float = 0.0
    join: float = 0.0

    @property
    def place(self) -> Place:
        """The code points it stands at."""
        return Place(self.start, self.end)


def cells(text: str, at_blanks: bool = False) -> list[Token]:
    """The filled cells of a text in order, parted by pipes, tabs and line breaks, and by blanks where asked."""
    found: list[Token] = []
    start, gap = 0, "\n"
    pattern = _BLANKS if at_blanks else _PIPES
    for cut in [*pattern.finditer(text), None]:
        end = cut.start() if cut else len(text)
        if end > start and (token := _token(text, start, end, gap)).text:
            found.append(token)
            gap = ""
        if cut is None:
            break
        sign = "|" if cut[0] in "|｜│┃\t\f" else "\n" if cut[0][0] in "\r\n" else " "
        gap = sign if not gap or "|\n ".index(sign) < "|\n ".index(gap) else gap
        start = cut.end()
    return found


def quoted(text: str) -> list[Token]:
    """The filled cells of comma-separated text whose rows run on: what stands in quotation marks."""
    tokens = (_token(text, m.start(1), m.end(1), "|") for m in _QUOTED.finditer(text))
    return [t._replace(text=t.text.replace('""', '"')) for t in tokens if t.text]


def _token(text: str, start: int, end: int, gap: str) -> Token:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Token(clean(text, start, end).text, start, end, gap)


def joined(parts: list[Token]) -> Token:
    """Pieces that follow each other as one cell; a wrapped line is joined without a blank."""
    if len(parts) == 1:
        return parts[0]
    return Token(
        "".join(p.text for p in parts), parts[0].start, parts[-1].end, parts[0].gap, parts[0].cut, parts[0].join
    )


def wrapped_lines_joined(tokens: list[Token]) -> list[Token]:
    """The tokens of a table whose cells end with a pipe: a line break without one stands inside a cell."""
    result: list[Token] = []
    for token in tokens:
        whole = _WHOLE_LINE.fullmatch(flat(token.text)) or (result and _WHOLE_LINE.fullmatch(flat(result[-1].text)))
        if token.gap == "\n" and result and not whole:
            result[-1] = joined([result[-1], token])
        else:
            result.append(token)
    return result


def labels_joined(tokens: list[Token], known: re.Pattern[str] | None = None) -> list[Token]:
    """Tokens with labels that were written one or two characters a line put together again."""
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        count = _parts(tokens, k, known)
        result.append(joined(tokens[k : k + count]))
        k += count
    return result


def _parts(tokens: list[Token], k: int, known: re.Pattern[str] | None) -> int:
    words = flat(tokens[k].text)
    if len(words) > _FRAGMENT or words.endswith("指标"):
        return 1
    best = 1
    for count in range(2, _MOST_PARTS + 1):
        if k + count > len(tokens):
            break
        piece = flat(tokens[k + count - 1].text)
        if tokens[k + count - 1].gap == "|" and len(piece) > 1 and piece not in _NO_CELL:
            break
        if len(piece) > _FRAGMENT:
            break
        words += piece
        if is_level1(words) or is_level2(words) or (known is not None and known.fullmatch(words)):
            best = count
    return best


def torn_labels_joined(tokens: Sequence[Token], reach: int = 4) -> list[Token]:
    """Tokens with labels put together whose second half was written behind the cells of its row.

    A label of two lines beside a row of one comes out as first half, row, second half.
    """
    result = list(tokens)
    for k, token in enumerate(tokens):
        words = flat(token.text)
        if len(words) > _FRAGMENT or is_level1(words) or is_level2(words) or not _TEARABLE.search(words):
            continue
        for other in range(k + 2, min(k + reach + 1, len(tokens))):
            tail = flat(tokens[other].text)
            if tail.endswith(("指标", "值")) and is_level2(words + tail) and not is_level2(tail):
                result[k] = token._replace(text=token.text + tokens[other].text)
                result[other] = tokens[other]._replace(text="")
                break
    return [t for t in result if t.text]
