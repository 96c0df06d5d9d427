"""The grammar against labels that were written before it, and against real values of other tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hengji.model.target import Clause
from hengji.reading import read
from hengji.targets import number_text, read_target, reading_json

from .labels import real_labels, seed_labels

SEED = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
TABLE = read(SEED.read_bytes(), SEED.name)
# The first name under which each value stands in the table.
NAMES: dict[str, str] = {}
for _project in TABLE.projects:
    for _i in _project.indicators:
        for _text in (_i.whole_term_target, _i.annual_target):
            NAMES.setdefault(_text or "", _i.name)


def told(c: Clause) -> list[str]:
    number = number_text(c.number) if c.number is not None and not c.number_implicit else "-"
    return [c.kind.value, c.op or "-", number, c.unit or "-", c.per.unit if c.per else "-", c.scope or "-"]


@pytest.mark.parametrize(("value", "kind", "checkable", "clauses"), list(seed_labels()), ids=lambda v: str(v)[:30])
def test_every_value_of_the_2024_table_is_read_as_labelled(
    value: str, kind: str, checkable: str, clauses: list[list[str]]
) -> None:
    reading = read_target(value, NAMES[value])
    assert (reading.kind.value, reading.checkable.value) == (kind, checkable)
    assert [told(c) for c in reading.clauses] == clauses
    assert reading.leftover == ""


def test_all_278_cells_have_a_label() -> None:
    labelled = {value for value, *_ in seed_labels()}
    cells = [t for p in TABLE.projects for i in p.indicators for t in (i.whole_term_target, i.annual_target)]
    assert len(cells) == 278
    assert {c for c in cells if c not in labelled} == set()
    assert len({c.rstrip("。") for c in cells if c}) == 100


FIELDS = ("kind", "op", "number", "number2", "unit", "per", "scope")
# Compared where the label speaks of them.
SOMETIMES = ("mode", "by", "start", "ref", "term", "direction", "baseline", "unit_inferred", "metric", "value", "base")


def agrees(label: dict[str, Any], got: dict[str, Any]) -> bool:
    return all(label.get(k) == got.get(k) for k in FIELDS) and all(
        label[k] == got.get(k) for k in SOMETIMES if label.get(k) is not None
    )


def wholly_right(label: dict[str, Any]) -> bool:
    got = reading_json(read_target(label["raw"], label["name"] or None))
    kinds = [label["kind"], *label.get("alt_kinds", [])]
    checkable = [label["checkable"], *label.get("checkable_alt", [])]
    choices = [label["clauses"], *label.get("alt", [])]
    return (
        got["kind"] in kinds
        and got["checkable"] in checkable
        and any(
            len(c) == len(got["clauses"]) and all(agrees(a, b) for a, b in zip(c, got["clauses"], strict=True))
            for c in choices
        )
    )


def test_at_least_97_of_100_real_values_are_wholly_right_and_none_is_silently_wrong() -> None:
    labels = real_labels()
    wrong = [label["raw"] for label in labels if not wholly_right(label)]
    assert len(wrong) <= 0.03 * len(labels), wrong
    for raw in wrong:
        reading = read_target(raw)
        assert reading.leftover or reading.warnings or reading.kind == "malformed", raw
