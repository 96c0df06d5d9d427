"""A text whose names and values lost their order is refused with the reason: no value is given to another's name."""

from __future__ import annotations

import random

import pytest

from hengji.model.table import Status
from hengji.reading import read

HEAD = ["项目支出绩效目标表", "（2024年度）", "项目名称", "河道保洁项目", "一级指标", "二级指标", "三级指标", "指标值"]
NAMES = [
    "保洁河道长度",
    "巡河次数",
    "水面洁净率",
    "保洁完成时间",
    "每公里保洁成本",
    "岸坡绿化率",
    "居民投诉数量",
    "居民满意度",
]
VALUES = ["≥37公里", "540次", "≥95%", "12月底前", "≤2.6万元", "明显改善", "0起", "≥90%"]
LEVELS = [
    "数量指标",
    "数量指标",
    "质量指标",
    "时效指标",
    "成本指标",
    "生态效益指标",
    "社会效益指标",
    "服务对象满意度指标",
]


def rows(*columns: list[str]) -> list[str]:
    return [cell for row in zip(*columns, strict=True) for cell in row]


def halves(names: list[str], values: list[str], size: int) -> list[str]:
    return [c for k in range(0, len(names), size) for c in (*names[k : k + size], *values[k : k + size])]


ORDERS = {
    "names, then values": NAMES + VALUES,
    "values, then names": VALUES + NAMES,
    "levels, names, values by column": LEVELS + NAMES + VALUES,
    "levels and names, then values": rows(LEVELS, NAMES) + VALUES,
    "four names, four values": halves(NAMES, VALUES, 4),
    "shuffled": random.Random(2).sample(rows(LEVELS, NAMES, VALUES), 24),
}


@pytest.mark.parametrize("body", ORDERS.values(), ids=ORDERS.keys())
@pytest.mark.parametrize("end", [" |\n", "\n", "\n\n"], ids=["pipes", "lines", "blank lines"])
def test_cells_out_of_order_are_refused_with_the_reason(body: list[str], end: str) -> None:
    table = read(end.join([*HEAD, *body, ""]).encode(), "form.txt")
    assert table.status is Status.REFUSED
    assert [f.code for f in table.findings] == ["R08"]


@pytest.mark.parametrize("end", [" |\n", "\n", "\n\n"], ids=["pipes", "lines", "blank lines"])
def test_the_same_cells_in_order_are_read(end: str) -> None:
    table = read(end.join([*HEAD, *rows(LEVELS, NAMES, VALUES), ""]).encode(), "form.txt")
    assert [(i.name, i.annual_target) for i in table.projects[0].indicators] == list(zip(NAMES, VALUES, strict=True))
