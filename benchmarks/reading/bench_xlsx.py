"""Reading a sheet of 100,000 rows, beside python-calamine alone (the floor) and openpyxl read-only, in one run.

Run: python benchmarks/reading/bench_xlsx.py [rows]. An indicator a row, names and most values different, the project
in merged cells: what a province's collection looks like. calamine and openpyxl only hand over cells;
hengji makes projects and indicators with their places of them.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Callable

import python_calamine
import xlsxwriter
from openpyxl import load_workbook

from hengji.reading import read

HEADINGS = ("项目名称", "一级指标", "二级指标", "三级指标", "实施周期指标值", "年度指标值", "备注")
CLASSES = (("产出指标", "数量指标"), ("产出指标", "质量指标"), ("产出指标", "时效指标"), ("效益指标", "社会效益"),
           ("效益指标", "生态效益"), ("满意度指标", "服务对象满意度"))  # fmt: skip
THINGS = (
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
)
DEEDS = ("巡查", "养护", "监测", "维修", "培训", "检查", "更换", "清理", "评估", "采购", "宣传", "检测", "改造", "建设")


def workbook(rows: int, seed: int = 1) -> tuple[bytes, int]:
    """The sheet as bytes, and how many projects it has."""
    rng = random.Random(seed)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("绩效目标")
    sheet.write(0, 0, "2024年度项目支出绩效目标表")
    sheet.write_row(1, 0, HEADINGS)
    row, projects = 2, 0
    while row < rows + 2:
        projects += 1
        size = min(rng.randrange(4, 20), rows + 2 - row)
        name = f"{rng.choice(THINGS)}{rng.choice(DEEDS)}经费（{projects}）"
        if size > 1:
            sheet.merge_range(row, 0, row + size - 1, 0, name)
        else:
            sheet.write(row, 0, name)
        for k in range(size):
            one, two = CLASSES[k * len(CLASSES) // size]
            value = rng.choice(
                (f"≥{rng.randrange(80, 100)}%", f"{rng.randrange(1, 9000)}个", "每月不少于2次", "持续改善", "是")
            )
            title = f"{rng.choice(THINGS)}{rng.choice(DEEDS)}{rng.choice(('数量', '合格率', '及时率'))}{row}"
            sheet.write_row(row, 1, (one, two, title, value, value, "" if rng.random() < 0.9 else "按季度统计"))
            row += 1
    book.close()
    return out.getvalue(), projects


def best(run: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    return min(took)


def floor(data: bytes) -> object:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return sheet.to_python(skip_empty_area=False)


def slow(data: bytes) -> int:
    sheet = load_workbook(io.BytesIO(data), read_only=True).worksheets[0]
    return sum(1 for _ in sheet.iter_rows(values_only=True))


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    for rows in (most // 10, most):
        data, projects = workbook(rows)
        table = read(data, "book.xlsx")
        assert (len(table.projects), table.indicator_count) == (projects, rows), (
            len(table.projects),
            table.indicator_count,
        )
        ours, bare = best(lambda d=data: read(d, "book.xlsx"), 3), best(lambda d=data: floor(d), 3)
        times = f"hengji {ours:5.2f} s ({rows / ours:>8,.0f} rows/s), calamine alone {bare:5.2f} s, ratio {ours / bare:4.2f}"
        print(f"{rows:>8,} rows {len(data) / 1e6:5.1f} MB: {times}")
    openpyxl = best(lambda: slow(data), 2)
    print(f"openpyxl read-only {openpyxl:5.2f} s for {most:,} rows: hengji is {openpyxl / ours:4.1f} times as fast")


if __name__ == "__main__":
    main()
