"""The index of a dossier made from its folder, a part at a time; each part is one transaction, so pages never see half."""

from __future__ import annotations

import datetime
import re
import shutil
import uuid
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hengji.dossier import CHANGES, ChangeLog, DossierError, create, open_dossier, review_dossier
from hengji.dossier import Dossier as Folder
from hengji.dossier.computed import computed, records_state, store_of
from hengji.dossier.folder import SETTINGS
from hengji.dossier.overview import unfolded
from hengji.dossier.reviewed import Reviewed
from hengji.dossier.stored import Stored, newest, newest_file
from hengji.forms.report_places import placed
from hengji.model.binding import Actual
from hengji.model.evaluation import Stage
from hengji.model.finding import Severity
from hengji.model.table import TargetTable
from hengji.targets import read_target, sentence
from hengji.web.people.models import Organisation
from hengji.web.years import unfoldings
from hengji.web.years.counts import count
from hengji.web.years.models import Dossier, Found, Indicator, Project
from hengji.web.years.rows import bring_up

_KEY = re.compile(r"[0-9a-f]{32}")
"""The names of folders that an import made."""


def folder_of(row: Dossier) -> Folder:
    """The dossier in its folder.

    Raises:
        DossierError: as `open_dossier`.
    """
    return open_dossier(row.folder)


def begin(organisation: Organisation, data: bytes, file: str, year: int | None) -> Dossier:
    """A new dossier of a unit from the bytes of a published table; nothing is left behind on failure.

    Raises:
        DossierError: the table cannot be read, says no year and none was given, or the unit has a dossier of that year.
    """
    key = uuid.uuid4().hex
    row = Dossier(organisation=organisation, key=key, year=year or 0, title="")
    made = create(data, Path(file).name, row.folder, year=year)
    try:
        with transaction.atomic():
            return _entered(row, made)
    except DossierError:
        shutil.rmtree(row.folder)
        raise


def adopt(organisation: Organisation, folder: Path) -> Dossier:
    """A dossier folder that lies in the data folder already, entered into the index.

    Raises:
        DossierError: as `begin`.
    """
    return _entered(Dossier(organisation=organisation, key=folder.name, title=""), open_dossier(folder))


def _entered(row: Dossier, made: Folder) -> Dossier:
    if made.year is None:
        raise DossierError(
            "文件没有写明年度，请在导入时填写年度。", "The document names no year; give the year when importing it."
        )
    if Dossier.objects.filter(organisation=row.organisation, year=made.year).exists():
        raise DossierError(
            f"{row.organisation} 已有 {made.year} 年度的目标表，没有重复建立。请打开已有的，或先核对年度。",
            f"{row.organisation} has a table for {made.year} already; nothing was made.",
        )
    row.year = made.year
    row.pack = made.pack
    row.title = made.table.title or f"{made.year}年项目支出绩效目标表"
    row.save()
    index_table(row)
    return row


def index_table(row: Dossier) -> Reviewed:
    """Projects, indicators and findings anew from the table in force and its review.

    Raises:
        DossierError: as `review_dossier`.
    """
    folder = folder_of(row)
    # Counted before it is read for the review: what comes in between is then indexed once more, never left out.
    seen = len(folder.changes.read())
    reviewed = review_dossier(folder, today=timezone.localdate())
    table = reviewed.table
    with transaction.atomic():
        kept = {
            (i.project.number, i.row): i
            for i in Indicator.objects.filter(project__dossier=row).select_related("project")
        }
        before = list(row.projects.all())
        money = {p.name: p for p in before}
        projects = [_project(row, n, table, money) for n in range(1, len(table.projects) + 1)]
        bring_up(Project, {p.number: p for p in before}, {p.number: p for p in projects})
        found = list(_findings(row, reviewed))
        bring_up(Found, {f.order: f for f in row.findings.all()}, {f.order: f for f in found})
        counts = Counter((f.project, f.row, f.severity) for f in found if not f.waived_because)
        wanted = _indicators(projects, table, counts, kept)
        bring_up(Indicator, kept, {(i.project.number, i.row): i for i in wanted})
        row.money_unit, row.total = table.money_unit or "", table.printed_totals.total
        row.pack, row.indexed_at = folder.pack, timezone.now()
        row.changes_seen = seen
        row.save()
        count(row)
    return reviewed


_MONEY_KEPT = ("final_budget", "outturn", "execution_points", "total_points", "grade", "light")


def _project(row: Dossier, number: int, table: TargetTable, before: dict[str, Project]) -> Project:
    one = table.projects[number - 1]
    f = one.funds
    known = before.get(one.name)
    return Project(
        dossier=row, number=number, name=one.name, objective=one.objective or "", total=f.total,
        fiscal_appropriation=f.fiscal_appropriation, special_account=f.special_account, other_funds=f.other_funds,
        **({name: getattr(known, name) for name in _MONEY_KEPT} if known else {}),
    )  # fmt: skip


_KEPT = ("measure", "status", "value", "unit", "numerator", "denominator", "rows", "judgement", "shortfall", "note",
         "max_points", "points", "light", "forecast")  # fmt: skip


def _indicators(
    projects: list[Project], table: TargetTable, counts: Counter[tuple[int, int, str]],
    kept: dict[tuple[int, int], Indicator],
) -> Iterable[Indicator]:  # fmt: skip
    for project, one in zip(projects, table.projects, strict=True):
        for row, indicator in enumerate(one.indicators, 1):
            reading = read_target(indicator.annual_target or "", indicator.name, table.fiscal_year)
            zh, en = sentence(reading, indicator.name)
            severities = [counts[project.number, row, s.value] for s in Severity]
            before = kept.get((project.number, row))
            figures = {}
            if before is not None and (before.name, before.annual_target) == (
                indicator.name,
                indicator.annual_target or "",
            ):
                figures = {name: getattr(before, name) for name in _KEPT}
            yield Indicator(
                project=project, row=row, number=indicator.number, code=indicator.code or "",
                level1=indicator.level1 or "", level2=indicator.level2 or "", name=indicator.name,
                whole_term_target=indicator.whole_term_target or "", annual_target=indicator.annual_target or "",
                sentence_zh=zh, sentence_en=en, checkable=reading.checkable.value,
                errors=severities[0], warnings=severities[1], infos=severities[2], **figures,
            )  # fmt: skip


def _findings(row: Dossier, reviewed: Reviewed) -> Iterable[Found]:
    open_ = placed(reviewed.table, reviewed.review.findings)
    let_stand = placed(reviewed.table, [f for f, _ in reviewed.review.waived])
    waivers = {id(f): w for f, w in reviewed.review.waived}
    for order, at in enumerate((*open_, *let_stand), 1):
        f, waiver = at.finding, waivers.get(id(at.finding))
        yield Found(
            dossier=row, order=order, project=at.project, row=at.row, indicator=f.indicator, cell=at.cell, code=f.code,
            severity=f.severity.value, zh=f.zh, en=f.en, suggestion=f.suggestion or "",
            cites="；".join(c.zh for c in f.cites), waived_because=waiver.reason if waiver else "",
            waived_by=waiver.by if waiver else "",
        )  # fmt: skip


def index_actuals(row: Dossier, as_of: datetime.date | None = None) -> int:
    """Actual values anew from the records, as of a day; returns how many indicators there are.

    Raises:
        DossierError: as `computed`.
    """
    state = records_state(row.folder)  # before anything is read: what comes in between is then not taken for known
    found = computed(folder_of(row), as_of)
    by_key = {(a.project, a.number): a for a in found.actuals}
    with transaction.atomic():
        changed = list(Indicator.objects.filter(project__dossier=row).select_related("project"))
        for one in changed:
            _filled(one, by_key.get((one.project.name, one.number)))
        names = (
            "measure",
            "status",
            "value",
            "unit",
            "numerator",
            "denominator",
            "rows",
            "judgement",
            "shortfall",
            "note",
        )
        Indicator.objects.bulk_update(changed, names, batch_size=200)
        for project, money in zip(row.projects.all(), found.execution, strict=True):
            project.final_budget, project.outturn = (
                (money.final_budget, money.outturn) if money.recorded else (None, None)
            )
            project.save(update_fields=["final_budget", "outturn"])
        row.simulated, row.computed_as_of = found.simulated, found.period.as_of
        row.save(update_fields=["simulated", "computed_as_of"])
        count(row)
    # The figures are there by now; a page that wants one of them unfolded before this is done, computes it.
    parts = unfolded(found, unfoldings.SHOWN)
    with transaction.atomic():
        unfoldings.keep(row, found.bindings, parts)
        row.unfolded_from = state
        row.save(update_fields=["unfolded_from"])
    return len(changed)


def _filled(one: Indicator, actual: Actual | None) -> None:
    if actual is None:
        return
    one.measure, one.status = actual.measure or "", actual.status.value
    one.value, one.unit = _text(actual.value), actual.unit or ""
    one.numerator, one.denominator, one.rows = _text(actual.numerator), _text(actual.denominator), actual.rows
    one.judgement, one.shortfall, one.note = actual.judgement or "", _text(actual.shortfall), actual.note


def _text(value: Decimal | str | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else format(value, "f")


def index_evaluation(row: Dossier, stage: Stage) -> Stored | None:
    """Points or lights anew from the evaluation of a stage that was frozen last; None where there is none.

    Raises:
        DossierError: as `newest`.
    """
    stored = newest(folder_of(row), stage)
    if stored is None:
        return None
    scored = stage is Stage.SELF_EVALUATION
    with transaction.atomic():
        for project, one in zip(row.projects.prefetch_related("indicators"), stored.evaluation.projects, strict=True):
            if scored:
                project.total_points, project.execution_points = one.total_points, one.execution.points
                project.grade = one.grade.value if one.grade else ""
            else:
                project.light = one.light.value if one.light else ""
            project.save()
            lines = {line.number: line for line in one.lines}
            changed = [i for i in project.indicators.all() if i.number in lines]
            for indicator in changed:
                line = lines[indicator.number]
                if scored:
                    indicator.max_points, indicator.points = line.max_points, line.points
                else:
                    indicator.light = line.light.value if line.light else ""
                    indicator.forecast = (line.forecast or "")[:200]
            Indicator.objects.bulk_update(changed, ["max_points", "points", "light", "forecast"], batch_size=200)
        if scored:
            row.scored_file = stored.file
        else:
            row.watched_file = stored.file
        row.save(update_fields=["scored_file", "watched_file"])
        count(row)
    return stored


def index_all(row: Dossier) -> None:
    """Everything there is, from the folder: after an adoption, or when the index is made anew.

    Raises:
        DossierError: what the folder holds cannot be read.
    """
    index_table(row)
    if store_of(folder_of(row)).batches():
        index_actuals(row)
    for stage in (Stage.MONITORING, Stage.SELF_EVALUATION):
        index_evaluation(row, stage)


def _clear() -> None:
    """Remove the folders of imports that a kill cut short: no row, and nothing in them that a person gave since."""
    if not settings.DOSSIERS.is_dir():
        return
    known = set(Dossier.objects.values_list("key", flat=True))
    for folder in settings.DOSSIERS.iterdir():
        left = folder.name.startswith(".hengji-")
        if _KEY.fullmatch(folder.name) and folder.name not in known:
            left = all(p.name == SETTINGS or p.stem == "table" for p in folder.iterdir())
        if left:
            shutil.rmtree(folder, ignore_errors=True)


def catch_up() -> int:
    """Make the index fit the folders again where a kill, or the command line, came between; returns how many it did.

    Raises:
        DossierError: a folder cannot be read.
    """
    _clear()
    behind = 0
    for row in Dossier.objects.select_related("organisation"):
        # No table is read where nothing is behind: a province has a thousand folders.
        if not row.indicators:  # an index from before they were counted
            count(row)
        late = row.changes_seen != len(ChangeLog(row.folder / CHANGES).read())
        if late:
            index_table(row)
        for stage, file in ((Stage.MONITORING, row.watched_file), (Stage.SELF_EVALUATION, row.scored_file)):
            there = newest_file(row.folder, stage)
            if there and (late or there != file):
                index_evaluation(row, stage)
                late = True
        behind += late
    return behind
