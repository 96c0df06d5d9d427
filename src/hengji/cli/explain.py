"""`hengji explain`: a rule, a fault of reading or scoring, a kind of target value, a measure, or one indicator unfolded."""

from __future__ import annotations

import datetime
import re
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape

from hengji.cli.compute import day_of, figure_named, show_figure
from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import COLOURS, emit, fail, screen
from hengji.cli.read import where
from hengji.dossier import DossierError, review_dossier, scope
from hengji.dossier.bulk.faults import FAULTS as OF_BULK
from hengji.evidence.suspicion.catalogue import RULES as SUSPICIONS
from hengji.evidence.suspicion.catalogue import Rule as Suspected
from hengji.legislation import cite
from hengji.model.fault import Fault
from hengji.reading import FAULTS, finding_json
from hengji.review import RULES, Example, Rule
from hengji.scoring.catalogue import CODES, STAGES
from hengji.targets import KINDS, read_target, reading_json, sentence

_ROWS = 10  # of a figure, on screen
_VALUES = (("whole_term_target", "实施周期指标值"), ("annual_target", "年度指标值"))


def explain(
    what: Annotated[
        str, typer.Argument(metavar="CODE_OR_FIGURE", help="T28、R03、S07、M03、Y03、threshold，或 项目#指标序号")
    ],
    folder: Annotated[
        str, typer.Option("--in", metavar="DOSSIER", help="项目#指标 所在的年度文件夹 / the dossier")
    ] = ".",
    as_of: Annotated[str | None, typer.Option(help="数字的截止日期，如 2024-06-30 / the day of the figure")] = None,
    export: Annotated[
        str | None, typer.Option(metavar="FILE", help="把数字背后的全部记录写成 CSV / write all rows of the figure")
    ] = None,
    json: AsJson = False,
) -> None:
    """说明一条规则、一类问题、一种指标值，或展开一项指标。/ Explain a rule, a fault, a kind, or one indicator."""
    rule = next((r for r in RULES if r.code == what.upper()), None)
    fault = next((f for f in (*FAULTS, *OF_BULK) if f.code == what.upper()), None)
    kind = next((k for k in KINDS if k.kind == what.lower()), None)
    if rule:
        facts, lines = _rule(rule)
    elif fault:
        facts = {"code": fault.code, "title": fault.title, "zh": fault.zh, "en": fault.en}
        lines = [f"[bold]{fault.code} {fault.title}[/bold]", escape(fault.zh), f"[dim]{escape(fault.en)}[/dim]"]
    elif code := CODES.get(what.upper()):
        facts, lines = _code(code)
    elif suspected := next((r for r in SUSPICIONS if r.code == what.upper()), None):
        facts, lines = _suspected(suspected)
    elif kind:
        facts = {
            "code": kind.kind.value,
            "title": kind.title,
            "zh": kind.zh,
            "en": kind.en,
            "examples": list(kind.examples),
        }
        lines = [f"[bold]{kind.kind} {kind.title}[/bold]", escape(kind.zh), f"[dim]{escape(kind.en)}[/dim]"]
        lines += [f"  例：{escape(text)}" for text in kind.examples]
    elif "#" in what:
        facts, lines = _figure(what, folder)
    elif measure := _measure(what.lower()):
        facts, lines = measure
    else:
        fail(
            f"没有“{what}”。可以写规则代码(T01…、R01…、M01…、S01…、Y01…)、指标值种类(threshold…)，或“项目#指标序号”。",
            f"There is no {what!r}. Give a code (T01…, R01…, M01…, S01…, Y01…), a kind of target value (threshold…) or PROJECT#INDICATOR.",
        )
    if json:
        emit({"format": "hengji.explanation/1", **facts})
    else:
        console = screen()
        for line in lines:
            console.print(line)
    if "#" in what:
        _unfold(what, folder, as_of, export, json)


def _measure(name: str) -> tuple[dict[str, Any], list[str]] | None:
    """A measure with its formula and edge cases; None where there is none of that name."""
    from hengji.evidence.catalogue import catalogue

    entry = catalogue().get(name)
    return None if entry is None else (entry.as_json(), [escape(line) for line in entry.sentences])


def _unfold(what: str, folder: str, as_of: str | None, export: str | None, json: bool) -> None:
    """The actual value of a figure down to its rows, where the dossier has records."""
    dossier = opened(folder)
    if not (dossier.folder / "evidence" / "manifest.jsonl").exists():
        return
    from hengji.dossier.computed import computed

    try:
        found = computed(dossier, day_of(as_of), only=figure_named(what))
    except DossierError as error:
        fail(error.zh, error.en)
    show_figure(found, json=json, limit=_ROWS, export=export)


def _code(code: Fault) -> tuple[dict[str, Any], list[str]]:
    """A code of monitoring, self-evaluation or frames."""
    zh, en = STAGES[code.code[0]]
    facts = {
        "code": code.code, "title": code.title, "stage": en, "severity": code.severity.value, "zh": code.zh, "en": code.en,
    }  # fmt: skip
    colour = COLOURS[code.severity]
    return facts, [
        f"[bold]{code.code} {escape(code.title)}[/bold]  {zh}  [{colour}]{code.severity.zh}[/{colour}]",
        escape(code.zh),
        f"[dim]{escape(code.en)}[/dim]",
    ]


def _suspected(rule: Suspected) -> tuple[dict[str, Any], list[str]]:
    """A rule of suspicion over online data."""
    lines = [f"[bold]{rule.code} {escape(rule.title)}[/bold]  {escape(rule.title_en)}"]
    for heading, zh, en in rule.sections():
        lines += [f"[bold]{escape(heading)}[/bold]", f"  {escape(zh)}", f"  [dim]{escape(en)}[/dim]"]
    return asdict(rule), lines


def _rule(rule: Rule) -> tuple[dict[str, Any], list[str]]:
    cites = [cite(*ref) for ref in rule.cites]
    facts = {
        "code": rule.code, "name": rule.name, "title": rule.title, "title_en": rule.title_en,
        "severity": rule.severity.value, "stricter": rule.stricter, "item": rule.item,
        "zh": asdict(rule.zh), "en": asdict(rule.en),
        "flagged": [list(e.lines) for e in rule.flagged], "passing": [list(e.lines) for e in rule.passing],
        "cites": [{"document": c.document, "title": c.title, "topic": c.topic, "verified": c.verified} for c in cites],
    }  # fmt: skip
    colour = COLOURS[rule.severity]
    lines = [
        f"[bold]{rule.code} {escape(rule.title)}[/bold]  {rule.name}  [{colour}]{rule.severity.zh}[/{colour}]",
        *([f"从严：{escape(rule.stricter)}"] if rule.stricter else []),
        f"看到：{_blanks(rule.zh.seen)}",
        f"为什么：{_blanks(rule.zh.why)}",
        f"怎么改：{_blanks(rule.zh.do)}",
        f"[dim]{escape(rule.title_en)}: {_blanks(rule.en.seen)}. {_blanks(rule.en.why)}. {_blanks(rule.en.do)}.[/dim]",
        f"审核表中的项目：{escape(rule.item)}",
        "依据：" + "；".join(escape(c.zh) for c in cites),
        *_examples("会指出的", rule.flagged),
        *_examples("不会指出的", rule.passing),
    ]
    return facts, lines


def _blanks(words: str) -> str:
    """The words of a message with … where a finding has its own figures and names."""
    return escape(re.sub(r"\{\w+\}", "…", words))


def _examples(title: str, examples: tuple[Example, ...]) -> list[str]:
    lines = [f"{title}："]
    for example in examples:
        lines += [f"  {'· ' if k == 0 else '  '}{escape(line)}" for k, line in enumerate(example.lines)]
    return lines


def _figure(what: str, folder: str) -> tuple[dict[str, Any], list[str]]:
    """One indicator of a dossier: its words, where they stand, how its target is read, what was found."""
    dossier = opened(folder)
    said, _, wanted = what.rpartition("#")
    try:
        reviewed = review_dossier(dossier, today=datetime.date.today())
        project, indicator = scope(reviewed.table, {"project": said, "indicator": wanted})
    except DossierError as error:
        fail(error.zh, error.en)
    assert project is not None  # both were named
    assert indicator is not None
    number = reviewed.table.projects.index(project) + 1
    mine = [
        f
        for f in (*reviewed.table.findings, *reviewed.review.findings)
        if f.project == number and f.indicator == indicator.number
    ]
    readings = {}
    lines = [
        f"[bold]{escape(project.name)} 第{indicator.number}项 {escape(indicator.name)}[/bold]",
        f"  {escape(indicator.level1 or '')} {escape(indicator.code or '')} {escape(indicator.level2 or '')}",
        f"  [dim]{escape(dossier.table_file.name)} {where(indicator.place)}[/dim]",
    ]
    for field, label in _VALUES:
        text = getattr(indicator, field)
        if text is None:
            continue
        reading = read_target(text, indicator.name, dossier.year)
        readings[field] = reading_json(reading)
        zh, en = sentence(reading, indicator.name)
        lines += [
            f"{label}：{escape(text)}  [dim]{where(indicator.place_of(field))}[/dim]",
            f"  {reading.kind} · checkable: {reading.checkable}",
            f"  {escape(zh)}",
            f"  [dim]{escape(en)}[/dim]",
        ]
    for finding in mine:
        colour = COLOURS[finding.severity]
        lines.append(f"[{colour}]{finding.severity.zh}[/{colour}] [bold]{finding.code}[/bold] {escape(finding.zh)}")
        lines += [f"  建议：{escape(finding.suggestion)}"] if finding.suggestion else []
    facts = {
        "project": project.name, "number": indicator.number, "name": indicator.name, "place": indicator.place._asdict(),
        "targets": readings, "findings": [finding_json(f) for f in mine],
    }  # fmt: skip
    return facts, lines
