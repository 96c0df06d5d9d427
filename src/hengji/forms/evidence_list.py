"""The list of what each figure of an evaluation rests on (佐证材料目录)."""

from __future__ import annotations

from collections.abc import Sequence

from hengji.forms.evaluation_material import Material, inputs_of
from hengji.forms.layout import Box, Form, Listing, Look, Row, heading
from hengji.model.evaluation import Line

TITLE = "佐证材料目录"
_HEADINGS = (
    "序号", "二级指标", "三级指标", "年度指标值", "实际完成值", "计量口径", "分子", "分母", "记录数", "台账", "佐证材料（SHA-256 前16位）",
)  # fmt: skip
_WIDTHS = (5.0, 11.0, 22.0, 20.0, 12.0, 18.0, 10.0, 10.0, 8.0, 16.0, 28.0)
_BATCH_HEADINGS = ("台账", "来源文件或查询", "入库时间", "记录数", "来源 SHA-256")
_BATCH_WIDTHS = (22.0, 40.0, 20.0, 10.0, 68.0)
_CENTRED = (0, 1, 4, 6, 7, 8)
_DIGEST = 16
_LEAST = 20.0


def evidence_list(material: Material, n: int) -> Form:
    """The evidence of the n-th project (from 1): a line an indicator, the deliveries of records behind them.

    Numerator, denominator and number of records are those of the evaluation; what is not known stays empty.

    Raises:
        IndexError: the table has no such project.
    """
    _, one = material.of(n)
    used = dict.fromkeys(name for line in one.lines for name in material.origin(n, line).registers)
    head = Row((Box(f"项目名称：{one.name}", len(_WIDTHS), look=Look.OPEN),), 22)
    rows = tuple(_row(_texts(material, n, line), _CENTRED) for line in one.lines)
    return Form(
        material, n, "佐证目录", TITLE, _WIDTHS, (head,),
        Listing(TITLE, (_headings(_HEADINGS),), rows, freeze=0), stops=(3, 8), size=9,
        furthers=_batches(material, tuple(used)),
    )  # fmt: skip


def _texts(material: Material, n: int, line: Line) -> tuple[str | None, ...]:
    origin, inputs = material.origin(n, line), inputs_of(line)
    files = "\n".join(f"{title}（{digest[:_DIGEST]}）" for title, digest in origin.files)
    return (
        str(line.number), line.level2, line.name, line.target, line.actual, origin.measure or inputs.get("口径"),
        inputs.get("分子"), inputs.get("分母"), inputs.get("记录数"), "、".join(origin.registers), files,
    )  # fmt: skip


def _batches(material: Material, registers: Sequence[str]) -> tuple[tuple[Listing, tuple[float, ...]], ...]:
    """The deliveries that filled the registers in use, so that each can be held against its file."""
    batches = [b for b in material.batches if b.register in registers]
    if not batches:
        return ()
    rows = tuple(_row((b.register, b.source, b.at, str(b.rows), b.sha256), (3,)) for b in batches)
    return ((Listing("台账批次", (_headings(_BATCH_HEADINGS),), rows), _BATCH_WIDTHS),)


def _headings(headings: Sequence[str]) -> Row:
    return Row(tuple(map(heading, headings)), 28)


def _row(texts: Sequence[str | None], centred: Sequence[int]) -> Row:
    boxes = (Box(text, align="center" if column in centred else "left") for column, text in enumerate(texts))
    return Row(tuple(boxes), _LEAST)
