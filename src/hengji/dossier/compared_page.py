"""A comparison as plain data (hengji.diff/1) and as one html file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from hengji.forms.html import Html, el, joined
from hengji.reading import finding_json
from hengji.scoring.difference import Change, Difference, LineDifference, ProjectDifference
from hengji.scoring.difference_inputs import Side

FORMAT = "hengji.diff/1"
_CSP = "default-src 'none'; style-src 'unsafe-inline'"
_THERE = {"a": "只在甲", "b": "只在乙", "both": ""}


def diff_json(found: Difference) -> dict[str, Any]:
    """The comparison as plain data, projects worst first; figures are decimal strings."""
    return {
        "format": FORMAT,
        "a": _side_json(found.a),
        "b": _side_json(found.b),
        "causes": [{"input": c.input.value, "zh": c.input.zh, "details": list(c.details)} for c in found.causes],
        "unexplained": found.unexplained,
        "same": found.same,
        "projects": [_project_json(p) for p in found.projects],
        "findings": {"gone": [_finding_json(f) for f in found.gone], "new": [_finding_json(f) for f in found.new]},
    }


def _side_json(side: Side) -> dict[str, Any]:
    evaluation = side.evaluation
    return {
        "label": side.label, "stage": evaluation.stage.value, "as_of": evaluation.as_of.isoformat(), "pack": evaluation.pack,
        "inputs_digest": evaluation.inputs_digest, "code_version": side.code_version, "simulated": evaluation.simulated,
    }  # fmt: skip


def _project_json(one: ProjectDifference) -> dict[str, Any]:
    return {
        "name": one.name, "place": one.place, "there": one.there, "points_lost": None if one.loss is None else f"{one.loss:f}",
        "changes": [_change_json(c) for c in one.changes], "because": [i.value for i in one.because],
        "entries": [e._asdict() for e in one.entries],
        "lines": [
            {"number": line.number, "name": line.name, "there": line.there, "changes": [_change_json(c) for c in line.changes],
             "because": [i.value for i in line.because], "entries": [e._asdict() for e in line.entries]}
            for line in one.lines
        ],
    }  # fmt: skip


def _change_json(change: Change) -> dict[str, Any]:
    return {"what": change.what, "a": change.a, "b": change.b, "by": None if change.by is None else f"{change.by:f}"}


def _finding_json(finding: Any) -> dict[str, Any]:
    return {**finding_json(finding), "project": finding.project, "indicator": finding.indicator}


def why(one: ProjectDifference | LineDifference) -> str:
    """The inputs that a change comes from, and the entries that name it, in words."""
    said = "、".join(i.zh for i in one.because) or "没有一项相关的输入不同"
    return "；".join((said, *(e.zh for e in one.entries)))


def diff_page(found: Difference) -> bytes:
    """The comparison as html: the two sides, the inputs that differ, each project and line, the findings."""
    title = f"比对：{found.a.label} → {found.b.label}"
    style = (files("hengji.forms") / "layout.css").read_text("utf-8")
    head = el(
        "head", el("meta", charset="utf-8"), el("meta", http_equiv="Content-Security-Policy", content=_CSP),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"), el("title", title), el("style", Html(style)),
    )  # fmt: skip
    simulated = found.a.evaluation.simulated or found.b.evaluation.simulated
    main = el(
        "main", el("p", "模拟数据", class_="banner") if simulated else None, el("h1", "评价比对报告"),
        _grid(("", "甲", "乙"), _sides(found)), el("h2", "输入有什么不同"), *_causes(found), el("h2", "哪些项目和指标变了"),
        el("p", f"{len(found.projects)} 个项目有变化，{found.same} 个没有；变差最多的在前。"),
        *(part for one in found.projects for part in _project(one)), el("h2", "问题的增减"), *_findings(found),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{el('html', head, el('body', main), lang='zh-CN')}\n".encode()


def _sides(found: Difference) -> Iterator[tuple[str, ...]]:
    a, b = _side_json(found.a), _side_json(found.b)
    names = {
        "label": "名称",
        "stage": "阶段",
        "as_of": "截至日期",
        "pack": "规则包",
        "inputs_digest": "输入摘要",
        "code_version": "程序版本",
    }
    for key, name in names.items():
        yield name, str(a[key]), str(b[key])


def _causes(found: Difference) -> Iterator[Html]:
    if not found.causes:
        said = "各项输入相同，而数字不同：其中一份被改动过，或程序有错。" if found.unexplained else "各项输入相同。"
        yield el("p", said)
        return
    yield _grid(("输入", "不同之处"), ((c.input.zh, "\n".join(c.details)) for c in found.causes))


def _project(one: ProjectDifference) -> Iterator[Html]:
    yield el("h3", f"{one.place} {one.name}")
    rows = [("项目", c.what, c.a, c.b, _by(c), why(one)) for c in one.changes]
    if one.there != "both":
        rows.append(("项目", _THERE[one.there], "", "", "", why(one)))
    for line in one.lines:
        name = f"{line.number} {line.name}"
        rows += [(name, c.what, c.a, c.b, _by(c), why(line)) for c in line.changes]
        if line.there != "both":
            rows.append((name, _THERE[line.there], "", "", "", why(line)))
    yield _grid(("指标", "变了什么", "甲", "乙", "差", "由什么引起"), rows)


def _by(change: Change) -> str:
    return "" if change.by is None else f"{change.by:+f}"


def _findings(found: Difference) -> Iterator[Html]:
    rows = [(sign, f.code, f.severity.zh, f.zh) for sign, fs in (("减少", found.gone), ("增加", found.new)) for f in fs]
    yield _grid(("", "代码", "级别", "内容"), rows) if rows else el("p", "没有增减。")


def _grid(headings: Iterable[str], rows: Iterable[Iterable[str | None]]) -> Html:
    head = el("thead", el("tr", *(el("th", text, class_="heading center", scope="col") for text in headings)))
    body = el("tbody", *(el("tr", *(el("td", _lines(text or "")) for text in row)) for row in rows))
    return el("table", head, body, class_="plain")


def _lines(text: str) -> Html:
    first, *rest = text.split("\n")
    return joined((first, *(part for line in rest for part in (el("br"), line))))
