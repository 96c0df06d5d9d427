"""The forms of monitoring and self-evaluation, printed from what was frozen.

Figures are those of the frozen evaluation. What the form wants beside them (money by source, readings, registers) comes
from the dossier as it is now, and only where that has not changed since.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from hengji import forms
from hengji.dossier.computed import bindings_of, store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import inputs_of
from hengji.dossier.folder import Dossier
from hengji.dossier.in_force import table_in_force
from hengji.dossier.printing import FormKind
from hengji.dossier.stored import Stored
from hengji.evidence.catalogue import catalogue
from hengji.evidence.compute import answering
from hengji.evidence.engine import Engine, open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.execution import executions
from hengji.evidence.register import registers
from hengji.evidence.suggest_params import used_registers
from hengji.forms import Batch, Material, Origin
from hengji.legislation import LawError, PackError, pack_named
from hengji.model.binding import Period
from hengji.model.evaluation import Evaluation

_INPUTS = {
    "table": ("目标表", "table"), "changes": ("更正和批准的调整", "changes"), "bindings": ("口径挂接", "bindings"),
    "settings": ("设置", "settings"), "batches": ("台账记录", "records"), "pack": ("规则包", "rule pack"),
}  # fmt: skip
_ATTESTATION = "attestation"


class Prepared(NamedTuple):
    """What the forms are printed from, and which inputs (zh, en) changed since the evaluation was frozen."""

    material: Material
    changed: tuple[tuple[str, str], ...]


def prepared(dossier: Dossier, stored: Stored) -> Prepared:
    """The material of a frozen evaluation.

    Raises:
        DossierError: the dossier's records or bindings cannot be read, or its table has other projects by now.
    """
    evaluation = stored.evaluation
    table = table_in_force(dossier.table, dossier.changes.read(), evaluation.as_of)
    # The table holds for the year of the dossier, also where the document does not name it.
    table = replace(table, fiscal_year=table.fiscal_year or evaluation.as_of.year)
    if len(table.projects) != len(evaluation.projects):
        raise DossierError(
            f"冻结的评价 {stored.file} 有 {len(evaluation.projects)} 个项目，目标表有 {len(table.projects)} 个，不能打印。请重新计分。",
            f"{stored.file} has {len(evaluation.projects)} projects, the table {len(table.projects)}. Score again.",
        )
    try:
        pack = pack_named(evaluation.pack).title_zh
        now = inputs_of(dossier, evaluation.pack, evaluation.stage, evaluation.as_of)
        differing = {key for key in _INPUTS if now[key] != stored.inputs.get(key)}
        made = Material(table, evaluation, pack, frozen=stored.file)
        if not differing & {"batches", "table", "changes"}:
            store = store_of(dossier)
            engine = open_engine(store)
            period = Period(evaluation.as_of.year, evaluation.as_of)
            batches = tuple(
                Batch(registers()[b.register].title, b.source, b.source_sha256, b.at, b.counts.get("new", 0))
                for b in store.batches()
            )
            made = replace(made, money=executions(table, engine, period), batches=batches)
            if "bindings" not in differing:
                made = replace(made, origins=_origins(dossier, evaluation, _attached(engine, period)))
    except (LawError, PackError) as error:
        raise DossierError(f"规则包 {evaluation.pack} 用不了：{error}", f"The pack cannot be used: {error}") from None
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    return Prepared(made, tuple(_INPUTS[key] for key in _INPUTS if key in differing))


def printed_evaluation(material: Material, kind: FormKind) -> dict[str, bytes]:
    """File name → content of one kind of form with a `stage`, the whole table first, then each project."""
    numbers = range(1, len(material.table.projects) + 1)
    if kind is FormKind.EVALUATION_REPORT:
        return {f"0-{kind}.docx": forms.evaluation_report(material)}
    if kind is FormKind.EVIDENCE_LIST:
        return {f"{n}-{kind}.xlsx": forms.evidence_list(material, n) for n in numbers}
    if kind is FormKind.MONITORING:
        return {f"{n}-{kind}.xlsx": forms.monitoring_form(material, n) for n in numbers}
    made = {f"0-{kind}.xlsx": forms.self_evaluation_list(material)}
    for n in numbers:
        made[f"{n}-{kind}.xlsx"] = forms.self_evaluation_sheet(material, n)
        made[f"{n}-{kind}.docx"] = forms.self_evaluation_paper(material, n)
    return made


Files = dict[tuple[str, int], list[tuple[str, str]]]


def _origins(dossier: Dossier, evaluation: Evaluation, files: Files) -> dict[tuple[str, int], Origin]:
    bindings = bindings_of(dossier.folder)
    bound = {(b.project, b.indicator): b for b in bindings}
    found = {}
    for one in evaluation.projects:
        for line in one.lines:
            key = (one.name, line.number)
            own = bound.get(key)
            source = answering(bound, own) if own is not None else None
            if own is None or source is None or source.measure is None:
                continue
            used = [registers()[name].title for name in used_registers(source.measure, source.params)]
            attached = tuple(files.get((source.project, source.indicator), ()))
            if attached:
                used.insert(0, registers()[_ATTESTATION].title)
            title = catalogue()[source.measure].title_zh
            reading = own.reading or source.reading
            found[key] = Origin(title, reading, own.alternatives, tuple(dict.fromkeys(used)), attached)
    return found


def _attached(engine: Engine, period: Period) -> Files:
    """What people attached to their statements, by project and indicator."""
    table = engine.current(_ATTESTATION, period.as_of)
    found: Files = {}
    if table is None:
        return found
    table = table.filter(~table.void & table.attachment.notnull())
    rows: list[dict[str, Any]] = engine.run(table.select("project", "indicator", "signed_on", "attachment"))
    for row in sorted(rows, key=lambda r: (str(r["signed_on"]), str(r["attachment"]))):
        title = f"{row['signed_on']} 签署的佐证"
        found.setdefault((str(row["project"]), int(row["indicator"])), []).append((title, str(row["attachment"])))
    return found
