"""What is odd in the records (`hengji evidence check`): where, why it matters, what to do.

A finding of severity error needs another record before anything can rest on it: one file cannot be the work of two
projects. All others are warnings or information: the records may be right, and what they tell is then counted as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from hengji.evidence import check_rules as rules
from hengji.evidence.check_rules import Asked, Rule, Seen
from hengji.evidence.engine import Engine
from hengji.evidence.measures import Scope
from hengji.evidence.register import registers
from hengji.evidence.store import LATE_DAYS
from hengji.model.binding import Binding, Period
from hengji.model.finding import Finding, Place, Severity
from hengji.model.review import NotChecked

FORMAT = "hengji.evidence_check/1"
_SHOWN = 4  # records that a sentence names; the finding holds all


class Record(NamedTuple):
    """A record that a finding is about: the file it came from, its line there, the digest of that file."""

    record_id: str
    source_key: str
    source: str | None
    line: int
    batch: str


@dataclass(frozen=True, slots=True)
class Odd:
    """One odd thing: its code, the register, the keys of the records or of the cell (unit and day or month).

    `records` is empty where a record is what is missing.
    """

    code: str
    register: str
    keys: tuple[str, ...]
    finding: Finding
    records: tuple[Record, ...] = ()


class Check(NamedTuple):
    """A code: its rule, the registers without which it has nothing to look at, what it means and asks for."""

    rule: Rule
    severity: Severity
    needs: tuple[str, ...]
    title: str
    title_en: str
    why: str
    why_en: str
    what: str
    what_en: str


CHECKS: Mapping[str, Check] = {
    "E01": Check(
        rules.late_closings, Severity.WARNING, ("petition",), "信访超期", "late closing",
        "按期办结率因此降低", "It lowers the rate closed in time",
        "请核对日期；已批准延期的补登延期日期，属实的在自评中说明原因和改进措施",
        "Check the dates, enter an extension that was granted; if it is true, give reason and remedy in the self-evaluation",
    ),
    "E02": Check(
        rules.missed_patrols, Severity.WARNING, ("outlet",), "漏巡", "missed patrol",
        "这一天按未完成计，巡查频次达标率因此降低", "The day counts as not fulfilled and lowers the compliance with the frequency",
        "请补录漏登的巡查，或补登停产停运；属实的说明原因",
        "Enter visits or a stop notice that were left out; if it is true, give the reason",
    ),
    "E03": Check(
        rules.failed_comparisons, Severity.WARNING, ("comparison_test",), "比对不合格", "failed comparison",
        "该设备的数据在整改合格前难以采信，合格率因此降低",
        "Its data can hardly be relied on until it is put right, and the pass rate is lower",
        "请核对结果，登记整改和复测，并核实此前的数据标记",
        "Check the result, enter repair and repeated test, and review the flags of the data before",
    ),
    "E04": Check(
        rules.months_without_data, Severity.WARNING, ("outlet", "online_data"), "整月无数据", "month without data",
        "这一个月应收的小时全部按未收到计，传输率因此降低", "All hours due in the month count as not received",
        "请从监控平台补传或补录；停产停运的补登备案，已撤销的排放口填写失效日期",
        "Send or enter the data again; enter a stop notice, or the end of validity of an outlet that is gone",
    ),
    "E05": Check(
        rules.duplicates, Severity.WARNING, (), "疑似重复", "duplicate",
        "若是同一件事，会被计两次", "If they are one thing, it is counted twice",
        "请核对；重复的保留一条，其余填写作废原因", "Compare them; keep one and void the others with a reason",
    ),
    "E06": Check(
        rules.files_claimed_twice, Severity.ERROR, ("deliverable",), "一份成果两处申报", "file claimed twice",
        "一份成果只能由一个项目申报，另一处的完成数是虚增的",
        "One piece of work can be the result of one project only; the other's count is too high",
        "请确认归属，另一条更正文件或作废", "Decide whose it is, and correct or void the other record",
    ),
    "E07": Check(
        rules.joins_midyear, Severity.INFO, ("key_unit_list",), "年中列入名录", "joins the list midyear",
        "按月、按季的频次自列入后的首个整周期起算，名录家数前后不同",
        "Frequencies count from the first whole month or quarter after it, and the number of listed units changes",
        "请核对列入日期和文件依据，不需要其他处理", "Check the day and the document it rests on; nothing else is needed",
    ),
    "E08": Check(
        rules.late_entries, Severity.INFO, (), "迟录", "late entry",
        "事后补录的记录证明力较弱，核查时会被问及", "An entry made afterwards is weaker evidence and will be asked about",
        "请附上当时形成的原始凭证，并说明迟录原因", "Attach what was written at the time and say why it was entered late",
    ),
}  # fmt: skip
"""The codes in order. One that was released is never used for anything else."""


def check(
    engine: Engine, bindings: Sequence[Binding], period: Period, *, late_days: int = LATE_DAYS
) -> tuple[Odd, ...]:
    """All that is odd in the records as of the end of the period, by code, then place.

    `late_days` is from how many days after it happened an entry is late.

    Raises:
        EvidenceError: a binding names a register or field that does not exist.
    """
    asked = Asked(Scope(engine, period), bindings, late_days)
    odds = [
        _odd(engine, code, one, seen)
        for code, one in CHECKS.items()
        if all(engine.holds(register) for register in one.needs)
        for seen in one.rule(asked)
    ]
    return tuple(sorted(odds, key=_order))


def not_checked(engine: Engine, bindings: Sequence[Binding]) -> tuple[NotChecked, ...]:
    """The codes that had nothing to look at, and what they need: registers without any record, a binding."""
    found = []
    for code, one in CHECKS.items():
        needed = list(one.needs)
        if code == "E02":
            asked = [params for _, params in rules.frequencies(bindings)]
            if not asked:
                found.append(NotChecked(
                    code, "没有已确认的、规定每日巡查次数的挂接", "a confirmed binding that says how often a unit is visited a day"
                ))  # fmt: skip
                continue
            needed = list(dict.fromkeys(p[side]["register"] for p in asked for side in ("units", "visits")))
        if empty := [registers()[name] for name in needed if not engine.holds(name)]:
            zh, en = "、".join(r.title for r in empty), ", ".join(r.title_en for r in empty)
            found.append(NotChecked(code, f"台账没有任何记录：{zh}", f"records in: {en}"))
    return tuple(found)


def as_json(odds: Sequence[Odd], skipped: Sequence[NotChecked] = ()) -> dict[str, Any]:
    """The public JSON object (format hengji.evidence_check/1): findings with register, keys and records."""
    return {
        "format": FORMAT,
        "findings": [
            {
                "code": odd.code, "severity": odd.finding.severity.value, "zh": odd.finding.zh, "en": odd.finding.en,
                "place": odd.finding.place._asdict(), "suggestion": odd.finding.suggestion, "cites": [],
                "register": odd.register, "keys": list(odd.keys), "records": [r._asdict() for r in odd.records],
            }
            for odd in odds
        ],
        "not_checked": [{"code": n.code, "needs": n.needs, "needs_en": n.needs_en} for n in skipped],
    }  # fmt: skip


def _odd(engine: Engine, code: str, one: Check, seen: Seen) -> Odd:
    register = registers()[seen.register]
    sources = {b.source_sha256: b.source for b in engine.batches(seen.register)}
    found = sorted(
        (Record(r["record_id"], r["source_key"], sources.get(r["batch"]), r["line"], r["batch"]) for r in seen.rows),
        key=lambda r: (r.source or "", r.line, r.source_key),
    )
    where, where_en = _named(seen, found)
    finding = Finding(
        code, one.severity,
        f"《{register.title}》台账 {where}：{seen.zh}。{one.why}。{one.what}。",
        f"{register.title_en}, {where_en}: {seen.en}. {one.why_en}. {one.what_en}.",
        Place(sheet=register.title, row=found[0].line if found else None),
    )  # fmt: skip
    return Odd(code, seen.register, seen.keys, finding, tuple(found))


def _named(seen: Seen, found: Sequence[Record]) -> tuple[str, str]:
    """The records with file and line, or the cell, in both languages."""
    if not found:
        return " ".join(seen.keys), " ".join(seen.keys)
    zh = "、".join(f"{r.source_key}（{r.source} 第{r.line}行）" for r in found[:_SHOWN])
    en = ", ".join(f"{r.source_key} ({r.source}, line {r.line})" for r in found[:_SHOWN])
    if len(found) > _SHOWN:
        return f"{zh}等{len(found)}条", f"{en} and {len(found) - _SHOWN} more"
    return zh, en


def _order(odd: Odd) -> tuple[Any, ...]:
    first = odd.records[0] if odd.records else None
    return (
        odd.code, odd.register, (first.source or "") if first else "", first.line if first else 0, odd.keys,
    )  # fmt: skip
