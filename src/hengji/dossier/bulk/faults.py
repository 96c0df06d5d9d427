"""The catalogue of what keeps a document out of a run over many, B01…B04; what is wrong inside one has codes R…."""

from __future__ import annotations

from hengji.dossier.bulk.terms import Limits
from hengji.model.fault import Fault
from hengji.model.finding import Finding, Place, Severity

_SLOW = Fault(
    "B01", "超过时限", Severity.ERROR,
    "读取和核查一份文件的时间超过时限，进程已从外部结束。",
    "Reading and reviewing a document took longer than the limit; its process was ended from outside.",
)  # fmt: skip
_LARGE = Fault(
    "B02", "超过内存上限", Severity.ERROR,
    "读取和核查一份文件所用的内存超过上限。",
    "Reading and reviewing a document took more memory than the limit.",
)  # fmt: skip
_BROKE = Fault(
    "B03", "处理中断", Severity.ERROR,
    "处理这份文件的进程意外结束，或程序出错。",
    "The process that worked on the document ended unexpectedly, or the program failed.",
)  # fmt: skip
_LEFT_OUT = Fault(
    "B04", "没有读取", Severity.WARNING,
    "不是文档，或读不到内容：链接、隐藏文件、办公软件的临时文件、没有权限的文件和文件夹、过大的文件。",
    "Not a document, or its bytes cannot be had: links, hidden files, lock files of office programs, files and folders "
    "without permission, files over the limit.",
)  # fmt: skip
FAULTS = (_SLOW, _LARGE, _BROKE, _LEFT_OUT)


def too_slow(limits: Limits) -> Finding:
    """B01."""
    return _SLOW.at(
        Place(),
        f"读取和核查超过 {limits.seconds} 秒，已停止，这份文件没有结果。请拆分文件，或用 --time-limit 放宽时限后再运行。",
        f"Not done within {limits.seconds} seconds, so it was stopped; the document has no result. Split it, or raise "
        "--time-limit and run again.",
    )


def too_large(limits: Limits) -> Finding:
    """B02."""
    return _LARGE.at(
        Place(),
        f"读取和核查需要的内存超过 {limits.megabytes} MB，已停止，这份文件没有结果。请拆分文件，或用 --memory-limit 放宽上限后再运行。",
        f"It needs more than {limits.megabytes} MB of memory, so it was stopped; the document has no result. Split it, "
        "or raise --memory-limit and run again.",
    )


def broke(what: str) -> Finding:
    """B03; `what` is the error or the signal."""
    return _BROKE.at(
        Place(),
        f"处理这份文件时中断（{what}），没有结果，其余文件照常处理。请单独运行 hengji review 查看，并报告这个错误。",
        f"Work on this document broke off ({what}); it has no result, the others went on. Run hengji review on it alone "
        "and report the error.",
    )


def left_out(zh: str, en: str, severity: Severity = Severity.WARNING) -> Finding:
    """B04 with its reason; INFO where nobody would expect the file to be read."""
    return _LEFT_OUT.at(Place(), zh, en, severity=severity)
