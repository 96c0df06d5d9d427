"""The forms of monitoring and self-evaluation, printed from what was frozen.

Everything in a form's own cells is of the frozen evaluation. What stands beside it (readings, registers, attachments)
comes from the records and bindings that it was made of, where they are still what they were.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from hengji import forms
from hengji.dossier.computed import bindings_of, store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import as_held, inputs_of
from hengji.dossier.folder import Dossier
from hengji.dossier.printing import FormKind
from hengji.dossier.stored import Stored
from hengji.evidence.catalogue import catalogue
from hengji.evidence.compute import answering
from hengji.evidence.engine import Engine, open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import registers
from hengji.evidence.suggest_params import used_registers
from hengji.forms import Batch, Material, Origin
from hengji.legislation import LawError, PackError, pack_named
from hengji.model.binding import Period
from hengji.model.evaluation import Evaluation, Head
from hengji.model.execution import Execution
from hengji.model.table import Project, Source, TargetTable
from hengji.scoring.rules import rules_of

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
        DossierError: the dossier's records or bindings cannot be read.
    """
    evaluation = stored.evaluation
    try:
        then = as_held(dossier, stored.inputs)
        pack = pack_named(evaluation.pack).title_zh
        differing = _differing(then, stored)
        made = Material(
            _table(evaluation),
            evaluation,
            pack,
            _money(evaluation),
            frozen=stored.file,
            rounding=rules_of(evaluation.pack, evaluation.as_of).rounding,
        )
        if not differing & {"batches", "changes"}:
            store = store_of(then)
            batches = tuple(
                Batch(registers()[b.register].title, b.source, b.source_sha256, b.at, b.counts.get("new", 0))
                for b in store.batches()
            )
            made = replace(made, batches=batches)
            if "bindings" not in differing:
                attached = _attached(open_engine(store), Period(evaluation.as_of.year, evaluation.as_of))
                made = replace(made, origins=_origins(dossier, evaluation, attached))
        differing |= _later(dossier, stored)
    except (LawError, PackError) as error:
        raise DossierError(f"规则包 {evaluation.pack} 用不了：{error}", f"The pack cannot be used: {error}") from None
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    return Prepared(made, tuple(_INPUTS[key] for key in _INPUTS if key in differing))


def _differing(then: Dossier, stored: Stored) -> set[str]:
    """Which inputs are no longer what they were; what was only added since is not among them."""
    evaluation = stored.evaluation
    now = inputs_of(then, evaluation.pack, evaluation.stage, evaluation.as_of, None)
    return {key for key in _INPUTS if now[key] != stored.inputs.get(key)}


def _later(dossier: Dossier, stored: Stored) -> set[str]:
    """What was added since."""
    entries, batches = stored.inputs.get("changes") or {}, stored.inputs.get("batches") or []
    found = {"changes"} if dossier.changes.state()["entries"] > entries.get("entries", 0) else set()
    return found | ({"batches"} if len(store_of(dossier).batches()) > len(batches) else set())


def _table(evaluation: Evaluation) -> TargetTable:
    """The head of the forms, as it was when the evaluation was frozen."""
    projects = [(one, one.head or Head()) for one in evaluation.projects]
    return TargetTable(
        Source("", "", ""), department=evaluation.department, money_unit=evaluation.money_unit,
        fiscal_year=evaluation.fiscal_year or evaluation.as_of.year,
        projects=tuple(
            Project(
                one.name, fund_user=head.fund_user, supervising_department=head.supervising_department,
                money_unit=head.money_unit, funds=head.funds, objective=one.objective,
            )
            for one, head in projects
        ),
    )  # fmt: skip


def _money(evaluation: Evaluation) -> tuple[Execution, ...]:
    """Budget and payments by source."""
    nothing = Decimal(0)
    return tuple(
        Execution(
            one.name, one.execution.original_budget or nothing, one.execution.final_budget or nothing,
            one.execution.outturn or nothing, one.execution.execution_rate, one.execution.sources, (),
        )
        for one in evaluation.projects
    )  # fmt: skip


def printed_evaluation(material: Material, kind: FormKind, only: str | None = None) -> dict[str, bytes]:
    """File name → content of one kind of form with a `stage`, the whole table first, then each project.

    `only` names the one file that is wanted: of a unit with many projects most of the time goes into the others.
    """
    numbers = range(1, len(material.table.projects) + 1)
    if kind is FormKind.REPORT:
        return {f"0-{kind}.docx": forms.evaluation_report(material)}
    made: dict[str, bytes] = {}
    if kind is FormKind.SELF_EVALUATION:
        made = _each(kind, 0, lambda: forms.self_evaluation_list(material), _PRINTED, only)
    form_of, printed = {
        FormKind.EVIDENCE_LIST: (forms.evidence_list, _PRINTED),
        FormKind.MONITORING: (forms.monitoring_form, _PRINTED),
        FormKind.SELF_EVALUATION: (forms.self_evaluation_form, {**_PRINTED, "docx": forms.as_docx}),
    }[kind]
    for n in numbers:
        made |= _each(kind, n, partial(form_of, material, n), printed, only)
    return made


_PRINTED = {"xlsx": forms.as_xlsx, "html": forms.as_html}


def _each(
    kind: FormKind, n: int, form_of: Callable[[], forms.Form], printed: Mapping[str, Callable[[forms.Form], bytes]],
    only: str | None,
) -> dict[str, bytes]:  # fmt: skip
    """One form in all its renderings, or in the one that is wanted."""
    named = {f"{n}-{kind}.{ending}": content for ending, content in printed.items()}
    wanted = {name: content for name, content in named.items() if only in (None, name)}
    form = form_of() if wanted else None
    return {name: content(form) for name, content in wanted.items() if form is not None}


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
