"""Indicators a second from the bytes of a listing to the table in memory, beside a parser that keeps nothing but words.

Run: python benchmarks/reading/bench_text.py [projects]. The text is made up: every project has its own names, values,
money and traps (separators in names, full- and half-width signs, tags around cells). Prints one line a size; the cost
per indicator must not grow from 1× to 10×, the ratio compares both parsers in one run.
"""

from __future__ import annotations

import random
import re
import sys
import time

from hengji.reading import read

THINGS = [
    "道路",
    "河道",
    "排污口",
    "路灯",
    "公厕",
    "绿地",
    "学校",
    "病房",
    "台账",
    "系统",
    "样品",
    "企业",
    "车辆",
    "管网",
]
DEEDS = ["巡查", "养护", "监测", "维修", "培训", "检查", "更换", "清理", "评估", "采购", "宣传", "检测", "改造", "建设"]
KINDS = (
    ("1", "产出指标", "11", "数量指标"),
    ("1", "产出指标", "12", "质量指标"),
    ("1", "产出指标", "13", "时效指标"),
    ("2", "效益指标", "22", "社会效益"),
    ("2", "效益指标", "23", "生态效益"),
    ("3", "满意度指标", "31", "服务对象满意度"),
)
COLUMNS = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标\n"
HEAD = f"部门名称：青禾市市政管理局\n\n单位：万元\n\n{COLUMNS}"


def _value(rng: random.Random, thing: str) -> str:
    return rng.choice(
        (
            f"≥{rng.randrange(80, 100)}%",
            f"{rng.randrange(1, 900)}个",
            f"每月不少于{rng.randrange(1, 9)}次；重点区域每周一次",
            f"{rng.randrange(1, 12)}月底前完成{thing}{rng.choice(DEEDS)}工作。完成报告的编制和评审",
            "是",
            "持续改善",
        )
    )


def listing(projects: int, seed: int = 1) -> tuple[str, int]:
    """The text of a list of projects and how many indicators it has."""
    rng = random.Random(seed)
    rows, total, count = [], 0, 0
    for k in range(projects):
        thing = rng.choice(THINGS)
        cents = rng.randrange(1000, 900_000)
        total += cents
        items = []
        for n in range(1, rng.randrange(4, 20)):
            one, l1, two, l2 = rng.choice(KINDS)
            tail = rng.choice(("数量", "合格率", "及时率", "完成情况", "；资料归档、更新", "（是/否）。"))
            name = f"{rng.choice(THINGS)}{rng.choice(DEEDS)}{tail}"
            value = _value(rng, thing)
            annual = value if rng.random() < 0.8 else f"{rng.randrange(1, 99)}个"
            items.append(f"{n}、{one}-{l1}；{two}-{l2}；{name}；实施周期指标值:{value}；年度指标值:{annual}。")
            count += 1
        packed = "".join(items)
        if rng.random() < 0.3:
            packed = "<p>" + packed.replace("；", ";") + "</p>"
        money = f"{cents / 100:,.2f}"
        aim = f"通过{thing}{rng.choice(DEEDS)}，保障{rng.choice(THINGS)}正常运行，提高管理水平。" * rng.randrange(1, 4)
        rows.append(f"{k + 1}号{thing}{rng.choice(DEEDS)}经费\t{money}\t{money}\t\t\t{aim}\t{packed}")
    money = f"{total / 100:,.2f}"
    return f"{HEAD}合计\t{money}\t{money}\n青禾市市政管理局\t{money}\t{money}\n" + "\n".join(rows) + "\n", count


_ITEM = re.compile(r"(?:^|。)(\d+)、(?=\d-)")


def throwaway(data: bytes) -> int:
    """What a quick script would do: words only, no places, no checks."""
    found = []
    for line in data.decode().split("\n"):
        cells = line.split("\t")
        if len(cells) < 6 or "指标值" not in cells[-1]:
            continue
        packed = cells[-1].replace("<p>", "").replace("</p>", "").replace(";", "；")
        parts = _ITEM.split(packed)
        for number, body in zip(parts[1::2], parts[2::2], strict=True):
            level1, level2, rest = body.split("；", 2)
            name, _, values = rest.partition("；实施周期指标值:")
            whole, _, annual = values.rpartition("；年度指标值:")
            found.append((cells[0], number, level1, level2, name, whole, annual))
    return len(found)


def best(run: object, times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()  # type: ignore[operator]
        took.append(time.perf_counter() - start)
    return min(took)


def main() -> None:
    projects = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for size in (projects, projects * 10):
        text, count = listing(size)
        data = text.encode()
        table = read(data, "list.txt")
        assert table.indicator_count == count, (table.indicator_count, count)
        assert not table.findings, table.findings[:3]
        ours = best(lambda d=data: read(d, "list.txt"), 3)
        bare = best(lambda d=data: throwaway(d), 3)
        print(
            f"{size:>7,} projects {count:>9,} indicators {len(data) / 1e6:6.1f} MB: {count / ours:>9,.0f} indicators/s, "
            f"{ours / count * 1e6:4.1f} µs each; words only {count / bare:>9,.0f}/s, ratio {ours / bare:4.1f}"
        )


if __name__ == "__main__":
    main()
