"""What is said of any sheet, old or new: formulas that are no data, hidden sheets and rows."""

from __future__ import annotations

from hengji.model.finding import Place, Severity
from hengji.reading.faults import FORMULA, NOT_UNDERSTOOD
from hengji.reading.grid import Document, Grid


def formula_at(grid: Grid, row: int, column: int, zh: str, en: str, document: Document) -> None:
    """R05 for a cell with a formula error or an uncomputed formula."""
    place = grid.place(row, column)
    document.findings.append(
        FORMULA.at(
            place, f"{place.zh}{zh}，不是数据，按空白或原样读取。请在原表中算出数值后重新保存。",
            f"Row {place.row}, column {place.column} of {grid.sheet!r} {en} instead of data. Compute it and save again.",
        )
    )  # fmt: skip


def hidden_sheet(name: str, document: Document) -> None:
    """R12 for a sheet that is not shown and so not read."""
    document.findings.append(
        NOT_UNDERSTOOD.at(
            Place(sheet=name), f"工作表“{name}”是隐藏的，没有读取。如果里面有要公开的内容，请取消隐藏后再读。",
            f"The sheet {name!r} is hidden and was not read. If it holds what is to be published, unhide it.",
            severity=Severity.INFO,
        )
    )  # fmt: skip


def hidden_rows(grid: Grid, hidden: list[int], document: Document) -> None:
    """R12 for hidden rows (counted from 1) that hold something: they were read too."""
    filled = [r for r in hidden if r <= len(grid.rows) and any(grid.rows[r - 1])]
    if filled:
        document.findings.append(
            NOT_UNDERSTOOD.at(
                Place(sheet=grid.sheet, row=filled[0]),
                f"工作表“{grid.sheet}”第{filled[0]}行起有{len(filled)}行是隐藏的，已一并读入。不该公开的请删去。",
                f"From row {filled[0]} on, {len(filled)} rows of {grid.sheet!r} are hidden; they were read too.",
                severity=Severity.INFO,
            )
        )  # fmt: skip
