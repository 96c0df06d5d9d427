"""The manual's pages, made from the code itself so that none can go stale: python docs/generate.py FOLDER.

Every rule, reading fault, check of an evaluation, kind of target value, measure, register and command has its page;
overviews link to them.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import typer.main

from hengji.cli import app
from hengji.dossier.bulk.faults import FAULTS as FAULTS_OF_BULK
from hengji.evidence.bindings import toml_value
from hengji.evidence.catalogue import Entry as Explained
from hengji.evidence.catalogue import catalogue
from hengji.evidence.register import Field, Register, registers
from hengji.evidence.suspicion.catalogue import RULES as SUSPICIONS
from hengji.evidence.suspicion.thresholds import table_of, thresholds
from hengji.gateway.commands import app as reception
from hengji.legislation import Entry, Pack, cite, document, pack_named, packs
from hengji.model.finding import Citation
from hengji.reading import FAULTS
from hengji.review import RULES, Example, Rule
from hengji.scoring.catalogue import CODES, STAGES
from hengji.targets import KINDS, read_target, reading_json, sentence

HERE = Path(__file__).parent
INDEX = """# 衡绩 hengji

读懂公布的项目支出绩效目标表，把每个指标值变成可核查的条件，逐项核查，生成审核意见。

Reads published performance-target tables, makes every promise checkable, reviews them and writes the opinion.

- [命令 commands](commands.md)
- [指标值的种类 kinds of target value](kinds.md)
- [核查规则 review rules](rules.md)
- [读取问题 reading faults](faults.md)
- [监控和自评的检查 checks of evaluations](checks.md)
- [计量口径 measures](measures.md)
- [台账 registers](registers.md)
- [在线数据疑似异常 suspicion over online data](suspicion.md)
- [法规数据 law as data](law.md)
- [架构 architecture](architecture.md) · [决定 decisions](decisions/README.md)

标有“出处待核”的依据，原文还没有逐字核对，不引条款号。
Citations marked 出处待核 were not checked against the official text; no article number is given.
"""


def main(folder: Path) -> None:
    """Write all pages into a folder, which is emptied first."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _write(folder / "index.md", INDEX)
    _commands(folder)
    _kinds(folder)
    _rules(folder)
    _faults(folder)
    _checks(folder)
    _measures(folder)
    _registers(folder)
    _suspicion(folder)
    _law(folder)
    shutil.copyfile(HERE / "architecture.md", folder / "architecture.md")
    shutil.copytree(HERE / "decisions", folder / "decisions")


def _commands(folder: Path) -> None:
    rows = []
    for name, command in sorted(_all_commands().items()):
        about = (command.help or "").strip()
        rows.append((f"[hengji {name}](commands/{name.replace(' ', '-')}.md)", about))
        taken = []
        for parameter in command.params:
            if parameter.param_type_name == "argument":
                said = parameter.metavar or (parameter.name or "").upper()
            else:
                said = ", ".join((*parameter.opts, *parameter.secondary_opts))
            taken.append((f"`{said}`", getattr(parameter, "help", "") or ""))
        page = [f"# hengji {name}", about, _table(("写法", "说明"), taken)]
        page += [
            "退出码：0 正常，1 有“退回”级问题，2 没能做成。Exit code: 0 fine, 1 findings of severity error, 2 could not do it."
        ]
        _write(folder / "commands" / f"{name.replace(' ', '-')}.md", *page)
    _write(folder / "commands.md", "# 命令 commands", _table(("命令", "说明"), rows))


def _all_commands() -> dict[str, Any]:
    """Every command by its words; those of the gateway, to which `hengji` hands over, as the gateway takes them."""
    named = {group: dict(_named(typer.main.get_command(group), ())) for group in (app, reception)}
    serving = named[reception].pop("gateway serve")  # which one types as `hengji gateway FOLDER`
    return {**named[app], **named[reception], "gateway": serving}


def _named(group: Any, before: tuple[str, ...]) -> Iterable[tuple[str, Any]]:
    """All commands by the words that one types, those of groups too."""
    for name, command in sorted(group.commands.items()):
        if hasattr(command, "commands"):
            yield from _named(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


def _kinds(folder: Path) -> None:
    rows = []
    for kind in KINDS:
        rows.append((f"[{kind.kind} {kind.title}](kinds/{kind.kind}.md)", kind.zh, "、".join(kind.examples[:2])))
        page = [f"# {kind.title} {kind.kind}", kind.zh, kind.en]
        for text in kind.examples:
            reading = read_target(text)
            zh, en = sentence(reading, None)
            said = json.dumps(reading_json(reading)["clauses"], ensure_ascii=False, indent=1)
            page += [f"## {_cell(text)}", zh, en, f"可核查 checkable: {reading.checkable}", f"```json\n{said}\n```"]
        _write(folder / "kinds" / f"{kind.kind}.md", *page)
    _write(folder / "kinds.md", "# 指标值的种类 kinds of target value", _table(("种类", "说明", "例"), rows))


def _rules(folder: Path) -> None:
    rows = []
    for rule in RULES:
        rows.append((f"[{rule.code}](rules/{rule.code}.md)", rule.title, rule.title_en, rule.severity.zh, rule.item))
        _write(folder / "rules" / f"{rule.code}.md", *_rule(rule))
    heads = ("代码", "规则", "rule", "级别", "审核表中的项目")
    _write(folder / "rules.md", "# 核查规则 review rules", _table(heads, rows))


def _rule(rule: Rule) -> list[str]:
    severity = f"级别：{rule.severity.zh}" + (f"；从严（{rule.stricter}）" if rule.stricter else "")
    return [
        f"# {rule.code} {rule.title}",
        f"{rule.title_en} · `{rule.name}`",
        f"{severity}。审核表中的项目：{rule.item}。" + ("缺少资料时说明“未核查”。" if rule.needs else ""),
        _table(
            ("", "中文", "English"),
            [(label, getattr(rule.zh, part), getattr(rule.en, part))
             for label, part in (("看到 seen", "seen"), ("为什么 why", "why"), ("怎么改 do", "do"))],
        ),
        "## 依据 based on",
        _bullets(_cited(cite(*ref)) for ref in rule.cites),
        "## 会指出的 flagged",
        _bullets(_lines(example) for example in rule.flagged),
        "## 不会指出的 passing",
        _bullets(_lines(example) for example in rule.passing),
    ]  # fmt: skip


def _faults(folder: Path) -> None:
    rows = []
    for fault in (*FAULTS, *FAULTS_OF_BULK):
        rows.append((f"[{fault.code}](faults/{fault.code}.md)", fault.title, fault.severity.zh, fault.zh))
        page = (f"# {fault.code} {fault.title}", f"级别：{fault.severity.zh}", fault.zh, fault.en)
        _write(folder / "faults" / f"{fault.code}.md", *page)
    _write(folder / "faults.md", "# 读取问题 reading faults", _table(("代码", "问题", "级别", "说明"), rows))


def _checks(folder: Path) -> None:
    rows = []
    for code in CODES.values():
        zh, en = STAGES[code.code[0]]
        rows.append((f"[{code.code}](checks/{code.code}.md)", code.title, zh, code.severity.zh, code.zh))
        page = (f"# {code.code} {code.title}", f"{zh} {en}。级别：{code.severity.zh}", code.zh, code.en)
        _write(folder / "checks" / f"{code.code}.md", *page)
    heads = ("代码", "检查", "阶段", "级别", "说明")
    _write(folder / "checks.md", "# 监控和自评的检查 checks of evaluations", _table(heads, rows))


def _measures(folder: Path) -> None:
    rows = []
    for name, entry in catalogue().items():
        rows.append((f"[{name}](measures/{name}.md)", entry.title_zh, entry.title_en, entry.answers_zh))
        _write(folder / "measures" / f"{name}.md", *_measure(entry))
    heads = ("名称", "口径", "measure", "回答什么")
    _write(folder / "measures.md", "# 计量口径 measures", _table(heads, rows))


def _measure(entry: Explained) -> list[str]:
    page = [f"# {entry.title_zh} {entry.name}", entry.title_en]
    for title, sentences in entry.sections():
        page += [f"## {title.zh} {title.en}", _bullets(f"{_cell(w.zh)}<br>{_cell(w.en)}" for w in sentences)]
    example = entry.example
    page.append(f"```toml\n{entry.name} 截至 {example.period.as_of}\nwith = {toml_value(example.params)}\n```")
    for shown in example.shown():
        page += [
            f"### {registers()[shown.register].title} {shown.register}（模拟数据）",
            _table(shown.headings, shown.rows),
        ]
    return page


def _registers(folder: Path) -> None:
    rows = []
    for name, register in registers().items():
        rows.append((f"[{name}](registers/{name}.md)", register.title, register.title_en, register.description))
        _write(folder / "registers" / f"{name}.md", *_register(register))
    _write(folder / "registers.md", "# 台账 registers", _table(("名称", "台账", "register", "说明"), rows))


def _register(register: Register) -> list[str]:
    kept = f"个人信息保存 {register.retention_years} 年。" if register.retention_years else ""
    heads = ("列", "字段", "field", "类型", "单位", "必填", "可填的值", "说明")
    return [
        f"# {register.title} {register.name}", register.title_en, f"{register.description}{kept}",
        _table(heads, [_field(f) for f in register.fields]),
    ]  # fmt: skip


def _field(field: Field) -> tuple[str, ...]:
    marks = [
        field.description,
        *(["只存假名"] if field.personal else []),
        *(["可晚于截止日期"] if field.future else []),
    ]
    return (
        field.title, f"`{field.name}`", field.title_en, field.type, field.unit or "", "是" if field.required else "",
        "、".join(field.enum), "；".join(m for m in marks if m),
    )  # fmt: skip


def _suspicion(folder: Path) -> None:
    said = thresholds()
    rows = []
    for rule in SUSPICIONS:
        rows.append((f"[{rule.code}](suspicion/{rule.code}.md)", rule.title, rule.title_en))
        page = [f"# {rule.code} {rule.title}", f"{rule.title_en} · `{rule.name}`"]
        for heading, zh, en in rule.sections():
            page += [f"## {heading}", _cell(zh), _cell(en)]
        page += ["## 提示的文字 what is told", _cell(rule.zh), _cell(rule.en)]
        _write(folder / "suspicion" / f"{rule.code}.md", *page)
    by_factor = table_of(said).to_pylist()
    _write(
        folder / "suspicion.md", "# 在线数据疑似异常 suspicion over online data",
        "每条都只是线索：疑似，需现场核实。Every one is a lead only: suspected, needs site proof.",
        f"阈值未核实 thresholds unverified：{said['document']}",
        _table(("代码", "规则", "rule"), rows),
        "## 阈值 thresholds", _table(("名称", "值"), [(f"`{k}`", str(v)) for k, v in said["default"].items()]),
        "## 各因子 by factor",
        _table(("因子", "角色 role", "检出限 detection", "constant_hours"),
               [(f"`{r['factor']}`", r["role"], str(r["detection"]), str(r["constant_hours"])) for r in by_factor]),
    )  # fmt: skip


def _law(folder: Path) -> None:
    page = ["# 法规数据 law as data", "代码里没有分值、界限和月份，都在这里，按规则包和日期取用。"]
    for name in packs():
        rows = [
            (
                f"`{e.key}`", _value(e.value), f"{e.starts or ''}—{e.ends or ''}",
                document(e.document).number or document(e.document).title, e.topic,
                "已核" if e.verified else "出处待核", e.note,
            )
            for e in _entries(pack_named(name))
        ]  # fmt: skip
        page += [f"## {name}", _table(("键", "值", "施行", "文件", "事项", "核对", "备注"), rows)]
    _write(folder / "law.md", *page)


def _entries(pack: Pack) -> list[Entry]:
    return [entry for versions in pack.entries.values() for entry in versions]


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=lambda v: dict(v) if hasattr(v, "items") else str(v))
    return text if len(text) <= 400 else text[:399] + "…"


def _cited(citation: Citation) -> str:
    return f"{citation.zh} {citation.title}"


def _lines(example: Example) -> str:
    return "<br>".join(_cell(line) for line in example.lines) or "（没有指标）"


def _bullets(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *([_cell(c) for c in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _cell(text: str) -> str:
    """Text inside a line of Markdown: a sign of its own is not markup."""
    flat = " ".join(text.split())
    for sign in ("\\", "|", "<", "*", "_") if not flat.startswith(("[", "`")) else ("|",):
        flat = flat.replace(sign, "&lt;" if sign == "<" else f"\\{sign}")
    return flat


def _write(path: Path, *parts: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
