"""A reviewed table and its report, for the tests of the page's text and of the page in a browser."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

from hengji.forms import report
from hengji.model.review import Review, Waiver
from hengji.model.table import TargetTable
from hengji.reading import FAULTS, read
from hengji.review import RULES, review
from hengji.targets import read_target

ON = datetime.date(2024, 1, 1)
SEED = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
TEXT = SEED.read_bytes().decode("utf-8")
TITLES = {r.code: (r.title, r.title_en) for r in RULES} | {f.code: (f.title, f.title) for f in FAULTS}
WAIVERS = (
    Waiver("T09", "购置经费", 3, "车辆以合同约定的日期为准", "张三", datetime.date(2024, 2, 1)),
    Waiver("T44", None, None, "口径另文下达", "李四", datetime.date(2024, 2, 2)),
)


def seed_table() -> TargetTable:
    return read(SEED.read_bytes(), SEED.name).in_year(2024)


def readings_of(table: TargetTable):
    return [
        [read_target(i.annual_target or "", i.name, table.fiscal_year) for i in p.indicators] for p in table.projects
    ]


def reviewed(table: TargetTable, waivers=()) -> Review:
    return review(table, on=ON, waivers=waivers)


def page_of(table: TargetTable, found: Review | None = None) -> bytes:
    found = reviewed(table) if found is None else found
    return report(table, found, readings_of(table), on=ON, pack="national-2020", titles=TITLES)


def renamed(table: TargetTable, text: str) -> TargetTable:
    """The table with a text put into every field that a document fills."""
    first, *others = table.projects
    indicator = first.indicators[0]._replace(
        name=text, level1=text, level2=text, code=text, whole_term_target=text, annual_target=text, remark=text
    )
    first = replace(
        first, name=text, code=text, fund_user=text, supervising_department=text, objective=text,
        whole_term_objective=text, money_unit=text, indicators=(indicator, *first.indicators[1:]),
    )  # fmt: skip
    return replace(
        table, title=text, department=text, money_unit=text, source=replace(table.source, file=text),
        projects=(first, *others),
    )  # fmt: skip
