"""The packed indicator cell: `n、1-产出指标；11-数量指标；NAME；实施周期指标值:X；年度指标值:Y。` repeated.

Heads of items and labels of values are found by two forward scans, each linear whatever the cell holds. Names and
values may hold separators, end in 。, begin with a number or speak of 年度指标值: a label counts only behind a
separator and before a colon, and where a text looks like the head of an item, the number that must come next decides
(`item_heads`). The separator that ends an item belongs to the packing, a 。 before an inner ； to the value.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hengji.model.fault import Fault
from hengji.model.finding import Finding, Place
from hengji.model.table import Indicator
from hengji.reading.cells import Cell
from hengji.reading.faults import DAMAGED, FORMULA, LABEL, NOT_UNDERSTOOD, NUMBERING
from hengji.reading.item_heads import Head, has_head, heads_of
from hengji.reading.money import is_formula, is_nothing

WHOLE, ANNUAL = 1, 2
LABELS = {WHOLE: "实施周期指标值", ANNUAL: "年度指标值"}
_WHOLE_WORDS = "实施周期|实施期|项目周期|全周期|周期|中长期|中期|长期|总体|项目期|三年"
_LABEL_WORDS = rf"(?:{_WHOLE_WORDS}|年度|本年度|本年|当年|全年|20[0-9][0-9]年度?)?(?:绩效)?(?:指标|目标)值"
# Group 1: the label, group 2: its colon. Behind a separator or a line break only, else it is a word of the text.
_LABEL = re.compile(rf"[；;。\n]\s{{0,8}}+({_LABEL_WORDS})\s{{0,8}}+([:：])?")
# The same where the separator was lost; asked only for a label that an item lacks.
_LOOSE = re.compile(rf"({_LABEL_WORDS})\s{{0,8}}+[:：]")
_LABEL_START = re.compile(_WHOLE_WORDS)
_PARTS = re.compile("[；;]")
_ENDS = "。；;"
_DASHES = frozenset("-—–―－/")
_new = tuple.__new__


class Label(NamedTuple):
    """A label of a value: where its separator stands, where its value begins, WHOLE or ANNUAL, with colon or not."""

    start: int
    end: int
    kind: int
    firm: bool


@lru_cache(maxsize=256)
def _kind_of(label: str) -> int:
    return WHOLE if _LABEL_START.match(label) else ANNUAL


class Packed(NamedTuple):
    """What a packed cell holds; `seen` tells for each indicator which labels (WHOLE | ANNUAL) it has."""

    indicators: list[Indicator]
    seen: list[int]
    findings: list[Finding]


def looks_packed(text: str) -> bool:
    """Whether a cell holds packed indicators: the head of an item near its start."""
    return has_head(text[:600])


def read_packed(cell: Cell, project: int) -> Packed:
    """The indicators of a packed cell in the order printed, with their places, and what was odd about them.

    `project` is the number that findings name. A cell without any indicator gives an empty `Packed` with R12.
    """
    text = cell.text
    labels = [_new(Label, (*m.span(), _kind_of(m[1]), m[2] is not None)) for m in _LABEL.finditer(text)]
    reader = _Reader(cell, project)
    heads = heads_of(text, [label.start for label in labels if label.firm])
    lead = text[: heads[0].start if heads else len(text)]
    if lead.strip(" \t\r\n：:；;。"):
        reader.not_understood(0, len(lead))
    at = 0
    expected = 1
    for k, head in enumerate(heads):
        end = heads[k + 1].start if k + 1 < len(heads) else len(text)
        first = at
        while at < len(labels) and labels[at].start < end:
            at += 1
        number = expected if head.number is None else head.number
        if number != expected or (head.number is None and heads[0].number is not None):
            reader.out_of_sequence(head, number, expected)
        expected = number + 1
        mine = labels[first:at]
        if len(mine) != 2 or mine[0][2:] != (WHOLE, True) or mine[1][2:] != (ANNUAL, True):
            reader.add_odd(head, end, number, mine)
        elif not reader.add_plain(head, end, number, mine[0], mine[1]):
            reader.add(head, end, number, mine[0], mine[1])
    if "#" in text:
        reader.formula_errors()
    return Packed(reader.indicators, reader.seen, reader.findings)


def label_missing(project: int, indicator: Indicator, kind: int) -> Finding:
    """The finding that an indicator lacks a label which the others of its table have."""
    label = LABELS[kind]
    return LABEL.at(
        indicator.place,
        f"项目{project}第{indicator.number}项指标“{indicator.name}”没有“{label}”一栏，这个值读不到。请对照原件补上“{label}:”。",
        f"Indicator {indicator.number} of project {project} has no label {label}, so its value cannot be told. "
        "Add the label as in the original.",
        on=(project, indicator.number),
    )


class _Reader:
    """Indicators and findings of one cell while they are collected."""

    def __init__(self, cell: Cell, project: int) -> None:
        self.text = cell.text
        self.project = project
        self.indicators: list[Indicator] = []
        self.seen: list[int] = []
        self.findings: list[Finding] = []
        self._cell = cell
        # With one unbroken run a place is an addition; that is nearly every cell.
        one_run = cell.map is not None and len(cell.map.clean) == 1 and not cell.map.wide
        self._shift = cell.map.raw[0] if one_run and cell.map is not None else None
        self._quick = one_run or cell.map is None

    def add_plain(self, head: Head, end: int, number: int, whole: Label, annual: Label) -> bool:
        """The usual item, without a blank too many: the same as `add` in half the time. False where it is not usual."""
        text, shift = self.text, self._shift
        a, b, c, d, stop = head.end, whole.start, whole.end, annual.start, end - 1
        name, first, second = text[a:b], text[c:d], text[annual.end : stop]
        if (
            not self._quick or text[stop] not in _ENDS or not head.level1 or not head.level2
            or not name or not first or not second or first in _DASHES or second in _DASHES
            or name[0].isspace() or name[-1].isspace() or first[0].isspace() or first[-1].isspace()
            or second[0].isspace() or second[-1].isspace()
        ):  # fmt: skip
            return False
        (l1, l1_end), (l2, l2_end) = head.level1, head.level2
        self.seen.append(WHOLE | ANNUAL)
        if shift is None:  # an office cell: every field stands where the indicator stands
            self.indicators.append(
                _new(Indicator, (
                    number, name, text[l1:l1_end], text[l2:l2_end], head.code, first, second, None, None, None, None, (),
                    None, None, None, self._cell.office, "high", (),
                ))
            )  # fmt: skip
            return True
        # tuple.__new__ and not Place(…): a listing has six places an indicator, and this is twice as fast.
        self.indicators.append(
            _new(Indicator, (
                number, name, text[l1:l1_end], text[l2:l2_end], head.code, first, second, None, None, None, None, (),
                None, None, None, _new(Place, (head.start + shift, stop + shift, None, None, None, None)), "high",
                (
                    ("level1", _new(Place, (l1 + shift, l1_end + shift, None, None, None, None))),
                    ("level2", _new(Place, (l2 + shift, l2_end + shift, None, None, None, None))),
                    ("name", _new(Place, (a + shift, b + shift, None, None, None, None))),
                    ("whole_term_target", _new(Place, (c + shift, d + shift, None, None, None, None))),
                    ("annual_target", _new(Place, (annual.end + shift, stop + shift, None, None, None, None))),
                ),
            ))
        )  # fmt: skip
        return True

    def add(
        self, head: Head, end: int, number: int, whole: Label | None, annual: Label | None, low: bool = False
    ) -> None:
        """One indicator: the name up to the first label, each value up to the next label or the end of the item."""
        text = self.text
        stop = self._without_packing(head.end, end)
        first = whole or annual
        second = annual if first is whole else None
        if whole and annual and annual.start < whole.start:
            first, second = annual, whole
        a, b = self._trim(head.end, max(head.end, first.start) if first else stop)
        name, place = text[a:b], self._place
        fields = [("name", place(a, b))]
        values: dict[int, str | None] = {}
        if first:
            c, d = self._trim(first.end, max(first.end, second.start if second else stop))
            values[first.kind] = None if is_nothing(text[c:d]) else text[c:d]
            fields.append(("whole_term_target" if first.kind == WHOLE else "annual_target", place(c, d)))
        if second:
            c, d = self._trim(second.end, max(second.end, stop))
            values[second.kind] = None if is_nothing(text[c:d]) else text[c:d]
            fields.append(("whole_term_target" if second.kind == WHOLE else "annual_target", place(c, d)))
        level1 = level2 = None
        if head.level2:
            a, b = head.level2
            level2 = text[a:b]
            fields.insert(0, ("level2", place(a, b)))
        if head.level1:
            a, b = head.level1
            level1 = text[a:b]
            fields.insert(0, ("level1", place(a, b)))
        self.indicators.append(
            Indicator(
                number, name, level1, level2, head.code, values.get(WHOLE), values.get(ANNUAL),
                place=place(head.start, stop), confidence="low" if low or not name else "high",
                field_places=tuple(fields) if self._cell.map is not None else (),
            )
        )  # fmt: skip
        self.seen.append((whole.kind if whole else 0) | (annual.kind if annual else 0))
        if not name:
            self._report(
                LABEL, head.start, stop, number, "没有指标名称", "has no name", "请补上名称。", "Add the name."
            )

    def add_odd(self, head: Head, end: int, number: int, labels: list[Label]) -> None:
        """An item whose labels are not simply one of each kind: missing, repeated, without separator or colon."""
        stop = self._without_packing(head.end, end)
        chosen: dict[int, Label] = {}
        low = False
        for kind in (WHOLE, ANNUAL):
            mine = [label for label in labels if label.kind == kind]
            firm = [label for label in mine if label.firm]
            if len(firm) > 1:
                low = True
                self._report(
                    DAMAGED, head.start, stop, number, f"“{LABELS[kind]}”出现{len(firm)}次，按第一处读取",
                    f"has {len(firm)} labels {LABELS[kind]}; the first was taken", "请核对这一项。", "Check this one.",
                )  # fmt: skip
            if mine:
                chosen[kind] = (firm or mine)[0]
                if not firm:
                    self._report(
                        LABEL, mine[0].start, mine[0].end, number, f"“{LABELS[kind]}”后面没有冒号",
                        f"has no colon behind {LABELS[kind]}", "请补上冒号。", "Add the colon.",
                    )  # fmt: skip
        if len(chosen) < 2:
            low = self._add_loose(head, stop, number, chosen) or low
        if not chosen and self._add_bare(head, end, stop, number):
            return
        self.add(head, end, number, chosen.get(WHOLE), chosen.get(ANNUAL), low)

    def _add_loose(self, head: Head, stop: int, number: int, chosen: dict[int, Label]) -> bool:
        """Labels whose separator was lost (`名称实施周期指标值:1`): taken, and reported."""
        found = False
        taken = {range_.end for range_ in chosen.values()}
        for match in _LOOSE.finditer(self.text, head.end, stop):
            kind = _kind_of(match[1])
            if kind in chosen or match.end() in taken:
                continue
            chosen[kind] = Label(match.start(), match.end(), kind, True)
            found = True
            self._report(
                LABEL, match.start(), match.end(), number, f"“{match[1]}”前面没有分隔符",
                f"has no separator before {match[1]}", "请核对名称和指标值的分界。", "Check where the name ends.",
            )  # fmt: skip
        return found

    def _add_bare(self, head: Head, end: int, stop: int, number: int) -> bool:
        """An item without any label, `NAME；X；Y`: values are taken by their order, which is a guess and says so."""
        cuts = [m.start() for m in _PARTS.finditer(self.text, head.end, stop)]
        if not cuts or len(cuts) > 2:
            return False
        as_labels = [Label(c, c + 1, kind, True) for c, kind in zip(cuts, (WHOLE, ANNUAL), strict=False)]
        if len(as_labels) == 1:
            as_labels = [as_labels[0]._replace(kind=ANNUAL)]
        by_kind = {label.kind: label for label in as_labels}
        self.add(head, end, number, by_kind.get(WHOLE), by_kind.get(ANNUAL), low=True)
        self.seen[-1] = 0
        return True

    def _without_packing(self, start: int, end: int) -> int:
        """Where an item ends that runs up to `end`, the one mark that closes it left off."""
        text = self.text
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start and (text[end - 1] in _ENDS or (text[end - 1] == "." and end < len(text))):
            end -= 1
            while end > start and text[end - 1].isspace():
                end -= 1
        return end

    def _trim(self, start: int, end: int) -> tuple[int, int]:
        text = self.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        return start, end

    def _place(self, start: int, end: int) -> Place:
        if self._shift is None:
            return self._cell.place(start, end)
        return Place(start + self._shift, end + self._shift)

    def out_of_sequence(self, head: Head, number: int, expected: int) -> None:
        """Report a number that does not follow the one before."""
        if head.number is None:
            zh, en = f"没有序号，按第{number}项读取", "has no number; counted on"
        elif number > expected:
            missing = f"{expected}" if number == expected + 1 else f"{expected}至{number - 1}"
            zh, en = f"的序号跳过了{missing}", f"follows a hole in the numbers: {expected} was due"
        else:
            zh, en = f"的序号重复或倒退，此处应为{expected}", f"repeats a number: {expected} was due"
        self._report(
            NUMBERING, head.start, head.end, number, zh, en, "可能漏了或重复了一项，请对照原件。",
            "One may be missing or copied twice; check the original.",
        )  # fmt: skip

    def not_understood(self, start: int, end: int) -> None:
        """Report words of the cell that belong to no indicator."""
        words = " ".join(self.text[start:end].split())
        shown = words if len(words) <= 60 else words[:60] + "…"
        self.findings.append(
            NOT_UNDERSTOOD.at(
                self._place(start, end),
                f"项目{self.project}的绩效指标栏里有没读懂的文字“{shown}”。其中若有指标，没有读入。请对照原件。",
                f"The indicator cell of project {self.project} holds words that were not understood: {shown!r}. "
                "An indicator in them was not read. Check the original.",
                on=(self.project, None),
            )
        )

    def formula_errors(self) -> None:
        """Report values that are formula errors (#REF!): they are kept as they stand."""
        for indicator in self.indicators:
            for field in ("whole_term_target", "annual_target"):
                value = getattr(indicator, field)
                if value and is_formula(value):
                    self.findings.append(
                        FORMULA.at(
                            indicator.place_of(field),
                            f"项目{self.project}第{indicator.number}项指标“{indicator.name}”的值是“{value[:20]}”，是公式错误，不是指标值。"
                            "请在原表中改正后重新导出。",
                            f"A value of indicator {indicator.number} of project {self.project} is {value[:20]!r}, a "
                            "formula error. Correct it and export again.",
                            on=(self.project, indicator.number),
                        )
                    )  # fmt: skip

    def _report(self, fault: Fault, start: int, end: int, number: int, zh: str, en: str, do: str, do_en: str) -> None:
        self.findings.append(
            fault.at(
                self._place(start, end),
                f"项目{self.project}第{number}项指标{zh}。{do}",
                f"Indicator {number} of project {self.project} {en}. {do_en}",
                on=(self.project, number),
            )
        )  # fmt: skip
