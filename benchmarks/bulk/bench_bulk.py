"""Documents a second through `hengji bulk`: read, reviewed, compared and written, beside two ways to do without it.

Run: python benchmarks/bulk/bench_bulk.py [documents …], 100 and 1,000 where nothing is said (10,000 takes a while).
Six kinds of documents are made up, some twenty indicators each: packed listing, self-evaluation by tabs, CSV and XLSX
with an indicator a row, DOCX and HTML forms; one in a hundred is broken, one in fifty copies another's promises.

Beside it, on the same files: (a) `hengji review` started once a document, which does the same work on each and compares
nothing (a sample of 24, one process at a time); (b) words only, by openpyxl, python-docx, lxml and str in one process,
which understands nothing. Memory is that of the largest process.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import docx
import openpyxl
import xlsxwriter
from lxml import html as lxml_html

COMMAND = [sys.executable, "-c", "from hengji.cli import main; main()"]
PLACES = ("云岭", "沙洲", "石桥", "柳湾", "北塘", "东屏", "松原里", "金沟", "白鹭洲", "龙溪", "望海", "半山")
OFFICES = ("水务局", "林业局", "民政局", "体育局", "文化馆", "疾控中心", "档案馆", "农技站")
OBJECTS = (
    "泵站",
    "林带",
    "护栏",
    "球场",
    "展厅",
    "疫苗",
    "卷宗",
    "大棚",
    "堤段",
    "步道",
    "书架",
    "冷库",
    "哨所",
    "苗床",
)
ACTS = ("检修", "补植", "加固", "开放", "布展", "接种", "整理", "推广", "疏浚", "翻新", "上架", "巡护", "验收", "抽检")
CLASSES = (
    ("产出指标", "数量指标", "{o}{a}数量", ("≥{n}个", "{n}处", "不少于{n}次")),
    ("产出指标", "质量指标", "{o}{a}合格率", ("≥{p}%", "{p}%以上", "达到{p}%")),
    ("产出指标", "时效指标", "{o}{a}完成时间", ("{m}月底前", "2024年{m}月", "及时")),
    ("产出指标", "成本指标", "{o}{a}单位成本", ("≤{n}元/个", "不超过{n}元")),
    ("效益指标", "社会效益指标", "{o}受益人数", ("≥{n}人", "有效提升")),
    ("效益指标", "可持续影响指标", "{o}{a}长效机制", ("建立健全", "持续发挥作用")),
    ("满意度指标", "服务对象满意度指标", "{o}使用者满意度", ("≥{p}%", "大于{p}%")),
)
Line = tuple[str, str, str, str]


def promises(rng: random.Random, count: int) -> list[Line]:
    """Indicators in the order of their classes."""
    lines = []
    for level1, level2, name, targets in sorted(rng.choices(CLASSES, k=count), key=CLASSES.index):
        words = {
            "o": rng.choice(OBJECTS), "a": rng.choice(ACTS), "n": rng.randrange(2, 900), "p": rng.randrange(80, 100),
            "m": rng.randrange(6, 13),
        }  # fmt: skip
        lines.append((level1, level2, name.format(**words), rng.choice(targets).format(**words)))
    return lines


def packed(unit: str, year: int, name: str, money: str, lines: list[Line]) -> bytes:
    items = "".join(
        f"{n}、1-{a}；11-{b.removesuffix('指标')}指标；{c}；实施周期指标值:{t}；年度指标值:{t}。"
        for n, (a, b, c, t) in enumerate(lines, 1)
    )
    head = "项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标"
    text = f"部门名称：{unit}\n{year}年\n单位：万元\n{head}\n合计\t{money}\t{money}\n{name}\t{money}\t{money}\t\t\t做好{name}。\t{items}\n"
    return text.encode("gb18030")


def self_evaluation(unit: str, year: int, name: str, money: str, lines: list[Line]) -> bytes:
    each = 90 // len(lines)
    rows = "".join(f"{a}\t{b}\t{c}\t{t}\t{t}\t{each}\t{each}\t\n" for a, b, c, t in lines)
    text = (
        f"项目支出绩效自评表\n（{year}年度）\n项目名称\t{name}\n主管部门\t{unit}\t实施单位\t{unit}\n"
        "项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分\n"
        f"\t年度资金总额\t{money}\t{money}\t{money}\t10\t100%\t10\n"
        "一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施\n"
        f"{rows}总分\t\t\t\t\t100\t{each * len(lines) + 10}\t\n"
    )
    return text.encode()


def form_rows(unit: str, year: int, name: str, money: str, lines: list[Line]) -> list[list[str]]:
    return [
        ["项目支出绩效目标申报表", "", "", ""], [f"（{year}年度）", "", "", ""], ["项目名称", name, "主管部门", unit],
        ["项目资金（万元）", "年度资金总额", money, ""], ["年度目标", f"做好{name}各项工作。", "", ""],
        ["一级指标", "二级指标", "三级指标", "指标值"], *map(list, lines),
    ]  # fmt: skip


def as_csv(*words: Any) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows(form_rows(*words))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(*words: Any) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("绩效目标表")
        for n, row in enumerate(form_rows(*words)):
            sheet.write_row(n, 0, row)
    return out.getvalue()


def as_docx(*words: Any) -> bytes:
    rows = form_rows(*words)
    paper = docx.Document()
    paper.add_paragraph(rows[0][0])
    paper.add_paragraph(rows[1][0])
    table = paper.add_table(rows=len(rows) - 2, cols=4)
    cells = table._cells  # by row and column each time it would be quadratic
    for n, text in enumerate(text for row in rows[2:] for text in row):
        cells[n].text = text
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def as_html(*words: Any) -> bytes:
    rows = form_rows(*words)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows[2:])
    return f"<html><body><h1>{rows[0][0]}</h1><p>{rows[1][0]}</p><table border=1>{body}</table></body></html>".encode()


KINDS: tuple[tuple[str, Callable[..., bytes]], ...] = (
    ("txt", packed), ("tab.txt", self_evaluation), ("csv", as_csv), ("xlsx", as_xlsx), ("docx", as_docx), ("html", as_html),
)  # fmt: skip


def pile(folder: Path, count: int) -> tuple[int, int]:
    """Write the documents; returns how many hold a table, and how many indicators they have together."""
    rng = random.Random(count)
    whole = indicators = 0
    lines: list[Line] = []
    for n in range(count):
        ending, made = KINDS[n % len(KINDS)]
        unit = f"{rng.choice(PLACES)}{rng.choice(OFFICES)}"
        file = folder / unit / f"{n:06}.{ending}"
        file.parent.mkdir(exist_ok=True)
        if n % 100 == 99:
            file.write_bytes(rng.randbytes(2000))
            continue
        if n % 50 != 49 or not lines:
            lines = promises(rng, rng.randrange(12, 29))
        name = f"{rng.choice(OBJECTS)}{rng.choice(ACTS)}经费"
        money = f"{rng.randrange(1000, 900_000) / 100:.2f}"
        file.write_bytes(made(unit, rng.choice((2022, 2023, 2024)), name, money, lines))
        whole += 1
        indicators += len(lines)
    return whole, indicators


def words_only(file: Path) -> int:
    """How many characters there are in a document."""
    if file.suffix == ".xlsx":
        book = openpyxl.load_workbook(file, read_only=True)
        return sum(len(str(c)) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row if c)
    if file.suffix == ".docx":
        return sum(len(c.text) for t in docx.Document(str(file)).tables for c in t._cells)
    if file.suffix == ".html":
        return len(lxml_html.fromstring(file.read_bytes()).text_content())
    return len(file.read_bytes().decode("utf-8", "replace"))


def files_of(folder: Path) -> Iterator[Path]:
    return (f for f in sorted(folder.rglob("*")) if f.is_file())


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    made = what()
    return time.perf_counter() - start, made


def bare(folder: Path) -> int:
    count = 0
    for file in files_of(folder):
        try:
            count += words_only(file)
        except Exception:  # the broken ones
            continue
    return count


def measured(count: int, first: float | None) -> float:
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "pile", Path(name) / "out"
        folder.mkdir()
        whole, indicators = pile(folder, count)
        words = [*COMMAND, "bulk", str(folder), "--out", str(out), "--json"]
        took, done = timed(lambda: subprocess.run(words, check=False, capture_output=True, text=True))
        said = json.loads(done.stdout)
        assert said["documents"]["read"] == whole, said
        assert said["indicators"] == indicators, (said, indicators)
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        again, _ = timed(lambda: subprocess.run(words, check=False, capture_output=True))
        sample = random.Random(1).sample(list(files_of(folder)), min(24, count))
        alone, _ = timed(lambda: [
            subprocess.run([*COMMAND, "review", str(f), "--json"], check=False, capture_output=True) for f in sample
        ])  # fmt: skip
        plain, _ = timed(lambda: bare(folder))
        size = sum(f.stat().st_size for f in out.iterdir()) / 1e6
    cost = took / count
    print(
        f"{count:>7,} documents {indicators:>8,} indicators: {took:7.1f} s, {cost * 1e3:6.1f} ms a document "
        f"({'1.00' if first is None else f'{cost / first:.2f}'} of the first), {memory:5.0f} MB the largest process, "
        f"results {size:.1f} MB; again, nothing new {again:5.1f} s"
    )
    print(
        f"        beside it: hengji review started for each {alone / len(sample) * 1e3:7.1f} ms a document "
        f"({alone / len(sample) / cost:.1f}×); words only {plain / count * 1e3:5.1f} ms ({plain / count / cost:.2f}×)"
    )
    return cost


def main() -> None:
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    first = None
    for count in [int(n) for n in sys.argv[1:]] or [100, 1000]:
        cost = measured(count, first)
        first = first or cost


if __name__ == "__main__":
    main()
