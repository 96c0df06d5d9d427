"""The catalogue of reading faults R01…R12: what each means, for findings, `hengji explain` and the manual."""

from __future__ import annotations

from hengji.model.fault import Fault
from hengji.model.finding import Finding, Place, Severity
from hengji.reading.limits import MAX_CELL, MAX_CELLS, MAX_ROWS

_SHOWN = 60  # characters of words that a message quotes

SUMS = Fault(
    "R01", "金额不平", Severity.ERROR,
    "资金来源相加与总计不等，或各项目相加与合计不等。先按印出的数读入，差额写明，由单位核对。",
    "Sources do not add up to the total, or projects to the table's total. Figures are kept as printed.",
)  # fmt: skip
NUMBERING = Fault(
    "R02", "序号不连续", Severity.ERROR,
    "指标序号有缺号或重号，可能漏了一项或抄重了一项。",
    "Indicator numbers have a hole or a repeat: one may be missing or copied twice.",
)  # fmt: skip
LABEL = Fault(
    "R03", "缺少栏目", Severity.ERROR,
    "一项指标里缺少应有的栏目（如“年度指标值”），其余内容照读，缺的留空。",
    "A label that each indicator should have is missing; the rest is read, the missing part stays empty.",
)  # fmt: skip
UNITS = Fault(
    "R04", "金额单位混用", Severity.ERROR,
    "同一份文件里既有元又有万元，合计无法直接相加。",
    "Yuan and ten thousand yuan stand in one document, so its sums cannot be compared.",
)  # fmt: skip
FORMULA = Fault(
    "R05", "公式出错", Severity.ERROR,
    "单元格里是公式错误（如 #REF!）或没有算出的公式，不是数据。",
    "A cell holds a formula error (#REF! …) or an uncomputed formula instead of data.",
)  # fmt: skip
ENCODING = Fault(
    "R06", "编码已修复", Severity.ERROR,
    "文件的文字编码与声明不符或曾被错误转换，已按能读通的编码读入。",
    "The text's encoding differs from what was declared, or was converted wrongly; it was repaired.",
)  # fmt: skip
DAMAGED = Fault(
    "R07", "疑似损坏", Severity.WARNING,
    "内容像是识别或导出时损坏（栏目粘连、符号变形），保留原样，请对照原件。",
    "Content looks damaged by recognition or export; it is kept as it stands.",
)  # fmt: skip
ORDER = Fault(
    "R08", "次序错乱", Severity.ERROR,
    "单元格的先后次序已乱，无法判断哪个值属于哪项指标，不作猜测，拒绝读取。",
    "Cells are out of order, so values cannot be matched with indicators; refused, not guessed.",
)  # fmt: skip
NO_TABLE = Fault(
    "R09", "没有绩效目标表", Severity.ERROR,
    "文件可以打开，但里面没有能认出的绩效目标表，或表里没有一项指标。",
    "The file opens but holds no recognisable table of targets, or a table without any indicator.",
)  # fmt: skip
UNOPENABLE = Fault(
    "R10", "打不开", Severity.ERROR,
    "文件损坏、加密、为空或不是支持的格式。",
    "The file is damaged, encrypted, empty or of a format that is not supported.",
)  # fmt: skip
TOO_LARGE = Fault(
    "R11", "超过上限", Severity.ERROR,
    "文件、单元格或展开后的内容超过上限，为安全起见拒绝读取。",
    "The file, a cell or the inflated content is over a limit; refused for safety.",
)  # fmt: skip
NOT_UNDERSTOOD = Fault(
    "R12", "有未读懂的内容", Severity.WARNING,
    "版面中有文字没有归入任何栏目；没有丢弃，列在问题里，请核对。",
    "Some words of the layout belong to no column; they are listed, not dropped.",
)  # fmt: skip

FAULTS = (
    SUMS, NUMBERING, LABEL, UNITS, FORMULA, ENCODING, DAMAGED, ORDER, NO_TABLE, UNOPENABLE, TOO_LARGE, NOT_UNDERSTOOD,
)  # fmt: skip


def left_over(words: str, place: Place, where: str, severity: Severity, project: int | None = None) -> Finding:
    """R12 for words that belong to no column."""
    flat = " ".join(words[: 4 * _SHOWN].split())
    shown = flat if len(flat) <= _SHOWN else flat[:_SHOWN] + "…"
    return NOT_UNDERSTOOD.at(
        place,
        f"{where}有没读懂的文字“{shown}”，没有归入任何栏目。请看看其中是否有要用的内容。",
        f"Words that belong to no column: {shown!r}. See whether anything in them is needed.",
        severity=severity,
        on=(project, None),
    )


def too_long(text: str) -> bool:
    """Whether a cell's text is over the limit."""
    return len(text) * 4 >= MAX_CELL and len(text.encode("utf-8", "replace")) >= MAX_CELL


def cell_too_long(place: Place) -> Finding:
    """R11 for a cell whose text is over the limit."""
    return _too_large(
        place, f"有一个单元格的文字超过 {MAX_CELL:,} 字节", f"The text of one cell is over {MAX_CELL:,} bytes"
    )


def too_many_cells(place: Place) -> Finding:
    """R11 for more cells than the limit, or more cells covered by merged ones."""
    return _too_large(
        place, f"单元格（连同合并单元格占的格子）超过 {MAX_CELLS:,} 个",
        f"There are more than {MAX_CELLS:,} cells, those covered by merged ones included",
    )  # fmt: skip


def too_many_rows(place: Place) -> Finding:
    """R11 for a table with more rows than the limit."""
    return _too_large(place, f"一张表超过 {MAX_ROWS:,} 行", f"A table has more than {MAX_ROWS:,} rows")


def _too_large(place: Place, zh: str, en: str) -> Finding:
    return TOO_LARGE.at(
        place,
        f"{zh}，不像一张绩效目标表，没有读取。请拆分文件，或检查导出是否出错。",
        f"{en}; that is no table of targets, so it was not read. Split the file or check how it was exported.",
    )
