"""The measures (计量口径) explained: what each answers, its formula, edge cases, sources, and a worked example.

One TOML file a measure under `measures/catalogue/`; `hengji explain` and the manual are made of them, and the tests
run every example. What several measures share (a parameter, an edge case) stands once, in `common.toml`.
"""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from hengji.model.binding import ActualStatus, Period

SOURCE: Final = "模拟数据"
"""The source system of all records of examples: they are made up."""

_COMMON = "common.toml"
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a measure; one without a default must be given."""

    name: str
    about: Words
    default: Words | None

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is None


@dataclass(frozen=True, slots=True)
class Reference:
    """A document or a practice that a measure follows; `verified`: the original text was read."""

    text: Words
    verified: bool


@dataclass(frozen=True, slots=True)
class Series:
    """A value that goes on hour by hour: one row written for `hours` records."""

    first: datetime.datetime
    hours: int

    def __str__(self) -> str:
        return f"{self.first:%Y-%m-%d %H:%M} + {self.hours} h"


@dataclass(frozen=True, slots=True)
class Expected:
    """What an example comes to, as in hengji.actuals/1: figures are decimal strings, absent ones None."""

    status: ActualStatus
    value: str | None
    numerator: str | None
    denominator: str | None
    rows: int
    excluded: Mapping[str, int]


class Shown(NamedTuple):
    """Records of an example as a table of texts."""

    register: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: parameters as in a binding, made-up records, and the answer reckoned by hand.

    `given` holds the records as they are written, `records` as they would be imported. Attested answers belong to
    the indicator `indicator` of the project `project`.
    """

    params: Mapping[str, Any]
    period: Period
    given: Mapping[str, tuple[Row, ...]]
    expected: Expected
    arithmetic: Words
    project: str
    indicator: int

    @property
    def records(self) -> dict[str, list[dict[str, Any]]]:
        """The records by register, one for each hour where a series is written."""
        return {name: [one for row in rows for one in _each(row)] for name, rows in self.given.items()}

    def shown(self) -> tuple[Shown, ...]:
        """The records as they are written, a table a register; empty columns are left out."""
        tables = []
        for name, rows in self.given.items():
            headings = tuple(dict.fromkeys(field for row in rows for field in row))
            tables.append(Shown(name, headings, tuple(tuple(_text(row.get(h)) for h in headings) for row in rows)))
        return tuple(tables)


@dataclass(frozen=True, slots=True)
class Entry:
    """A measure explained."""

    name: str
    title_zh: str
    title_en: str
    answers_zh: str
    answers_en: str
    formula_zh: str
    formula_en: str
    unit_zh: str
    unit_en: str
    parameters: tuple[Parameter, ...]
    edge_cases: tuple[Words, ...]
    sources: tuple[Reference, ...]
    example: Example

    def sections(self) -> tuple[tuple[Words, tuple[Words, ...]], ...]:
        """Headings with their sentences, in the order of a page; the example's records come from `example.shown()`."""
        unit = Words(f"单位：{self.unit_zh}", f"Unit: {self.unit_en}")
        return (
            (Words("回答什么", "what it answers"), (Words(self.answers_zh, self.answers_en),)),
            (Words("公式", "formula"), (Words(self.formula_zh, self.formula_en), unit)),
            (Words("参数", "parameters"), tuple(_parameter(p) for p in self.parameters)),
            (Words("特殊情形", "edge cases"), self.edge_cases),
            (Words("依据", "source"), tuple(_reference(r) for r in self.sources)),
            (Words("算例", "worked example"), (self.example.arithmetic, answer(self.example.expected))),
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it line by line, as a screen shows it: Chinese, then English."""
        lines = [f"{self.name} {self.title_zh} {self.title_en}"]
        for title, said in self.sections():
            lines.append(f"{title.zh} {title.en}")
            lines += [f"  {text}" for words in said for text in (words.zh, words.en)]
        return tuple(lines)

    def as_json(self) -> dict[str, Any]:
        """The entry as plain values; numbers and dates of examples are text."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str, ensure_ascii=False))
        return found


@cache
def catalogue() -> Mapping[str, Entry]:
    """All measures by name, in the order of their names."""
    folder = files(__package__) / "measures" / "catalogue"
    found = {f.name: tomllib.loads(f.read_text("utf-8"), parse_float=Decimal) for f in folder.iterdir()}
    common = found.pop(_COMMON)
    return MappingProxyType({name.removesuffix(".toml"): _entry(found[name], common) for name in sorted(found)})


def answer(expected: Expected) -> Words:
    """An answer in a sentence."""
    zh, en = [f"状态：{expected.status.zh}"], [f"Status: {expected.status}"]
    for label, said, value in (
        ("实际完成值", "value", expected.value), ("分子", "numerator", expected.numerator),
        ("分母", "denominator", expected.denominator),
    ):  # fmt: skip
        if value is not None:
            zh.append(f"{label} {value}")
            en.append(f"{said} {value}")
    left_out = ", ".join(f"{reason} {n}" for reason, n in expected.excluded.items())
    zh += [f"计入 {expected.rows} 项", *([f"不计入：{left_out}"] if left_out else [])]
    en += [f"{expected.rows} cases", *([f"left out: {left_out}"] if left_out else [])]
    return Words("；".join(zh) + "。", "; ".join(en) + ".")


def _entry(d: Mapping[str, Any], common: Mapping[str, Any]) -> Entry:
    return Entry(
        d["name"], d["title_zh"], d["title_en"], d["answers_zh"], d["answers_en"], d["formula_zh"], d["formula_en"],
        d["unit_zh"], d["unit_en"],
        tuple(_given_parameter({**common["parameter"].get(p["name"], {}), **p}) for p in d.get("parameter", ())),
        (*(Words(**edge) for edge in d.get("edge", ())), *(Words(**common["edge"][name]) for name in d["common_edges"])),
        tuple(Reference(Words(s["zh"], s["en"]), s["verified"]) for s in d["source"]),
        _example(d["example"]),
    )  # fmt: skip


def _given_parameter(d: Mapping[str, Any]) -> Parameter:
    default = Words(d["default"], d["default"]) if "default" in d else None
    if "default_zh" in d:
        default = Words(d["default_zh"], d["default_en"])
    return Parameter(d["name"], Words(d["zh"], d["en"]), default)


def _example(d: Mapping[str, Any]) -> Example:
    found = d["expected"]
    expected = Expected(
        ActualStatus(found["status"]), found.get("value"), found.get("numerator"), found.get("denominator"), found["rows"],
        found.get("excluded", {}),
    )  # fmt: skip
    given = {name: tuple(_row(row) for row in rows) for name, rows in d.get("records", {}).items()}
    period = Period(d["year"], d["as_of"])
    return Example(
        d["with"], period, given, expected, Words(d["zh"], d["en"]), d.get("project", "示例项目"), d.get("indicator", 1)
    )


def _row(row: Row) -> Row:
    return {name: Series(**value) if isinstance(value, dict) else value for name, value in row.items()}


def _each(row: Row) -> Iterator[dict[str, Any]]:
    sizes = {value.hours for value in row.values() if isinstance(value, Series)}
    if not sizes:
        yield {"source_system": SOURCE, **row}
        return
    (size,) = sizes
    for n in range(size):
        at = {k: v.first + datetime.timedelta(hours=n) for k, v in row.items() if isinstance(v, Series)}
        yield {"source_system": SOURCE, **row, **at, "source_key": f"{row['source_key']}-{n:02d}"}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return str(value)


def _parameter(parameter: Parameter) -> Words:
    name, about, default = parameter.name, parameter.about, parameter.default
    if default is None:
        return Words(f"{name}（必填）：{about.zh}", f"{name} (required): {about.en}")
    return Words(f"{name}（默认：{default.zh}）：{about.zh}", f"{name} (default: {default.en}): {about.en}")


def _reference(reference: Reference) -> Words:
    text = reference.text
    if reference.verified:
        return text
    return Words(f"{text.zh}（出处待核）", f"{text.en} (not checked against the original)")
