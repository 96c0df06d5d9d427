"""Trouble in data as a value: what was seen, where, why it matters, what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How a finding is treated on screen: 退回, 提示, 说明."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def zh(self) -> str:
        """The word a finance officer sees."""
        return {"error": "退回", "warning": "提示", "info": "说明"}[self.value]


class Place(NamedTuple):
    """Where something stands in the document.

    `start` and `end` are code points of the decoded text, markup included (None for office and PDF files); rows,
    columns and pages count from 1. A NamedTuple, because a document has as many places as cells.
    """

    start: int | None = None
    end: int | None = None
    page: int | None = None
    sheet: str | None = None
    row: int | None = None
    column: int | None = None

    def within(self, outer: Place) -> Place:
        """This place, with what it leaves open taken from `outer`."""
        return Place(
            *(outer[:2] if self.start is None else self[:2]),
            outer.page if self.page is None else self.page,
            outer.sheet if self.sheet is None else self.sheet,
            outer.row if self.row is None else self.row,
            outer.column if self.column is None else self.column,
        )

    @property
    def zh(self) -> str:
        """The place as a reader would be told it, e.g. 第6行第7列; empty when nothing is known."""
        said = [f"第{self.page}页"] if self.page is not None else []
        said += [f"工作表“{self.sheet}”"] if self.sheet is not None else []
        said += [f"第{self.row}行"] if self.row is not None else []
        said += [f"第{self.column}列"] if self.column is not None else []
        return "".join(said)


@dataclass(frozen=True, slots=True)
class Citation:
    """A document of law or practice and the topic in it; an article number only after someone checked the text."""

    document: str
    title: str
    topic: str
    verified: bool

    @property
    def zh(self) -> str:
        """E.g. 财预〔2015〕88号“细化量化”(出处待核)."""
        return f"{self.document or self.title}“{self.topic}”" + ("" if self.verified else "(出处待核)")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found in a document or a table.

    `project` counts from 1 in the order of the table; `indicator` is the number printed beside the indicator (or its
    running number). `suggestion` is the Chinese text to write instead, with 【…】 where only a person knows the figure.
    """

    code: str
    severity: Severity
    zh: str
    en: str
    place: Place = Place()
    suggestion: str | None = None
    cites: tuple[Citation, ...] = ()
    project: int | None = None
    indicator: int | None = None
