"""Edits of many cells at once: what each would change, which cannot be made and why; written all together or not at all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from hengji.dossier import Change, DossierError, GivenKind, entry, table_in_force
from hengji.dossier.given import TARGETS
from hengji.model.table import TargetTable
from hengji.targets import read_target, sentence
from hengji.web.people.models import User
from hengji.web.years.given import give_all
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier, Indicator

FIELDS = {
    "name": ("三级指标", "indicator"), "level1": ("一级指标", "level 1"), "level2": ("二级指标", "level 2"),
    "whole_term_target": ("实施周期指标值", "whole-term target"), "annual_target": ("年度指标值", "annual target"),
}  # fmt: skip
"""What can be edited of an indicator; all else is computed."""
MOST = 2000
LONGEST = 5000


class Edit(NamedTuple):
    """A cell, what the person saw in it, and what it should hold."""

    project: int
    row: int
    field: str
    seen: str
    value: str


class Judged(NamedTuple):
    """An edit with what is in the cell now, how the new target is read, and why it cannot be made (zh, en), if so."""

    edit: Edit
    indicator: Indicator | None
    old: str
    reading: tuple[str, str]
    trouble: tuple[str, str] | None

    @property
    def label(self) -> tuple[str, str]:
        """The name of the column."""
        return FIELDS.get(self.edit.field, (self.edit.field, self.edit.field))


def read_edits(text: str) -> tuple[Edit, ...]:
    """The edits that a page sent, a JSON list of objects with the fields of `Edit`.

    Raises:
        DossierError: it is no such list, or too long.
    """
    try:
        found = tuple(
            Edit(int(e["project"]), int(e["row"]), str(e["field"]), str(e["seen"]), str(e["value"]))
            for e in json.loads(text or "[]")
        )
    except (ValueError, TypeError, KeyError):
        raise DossierError(
            "没有看懂页面送来的改动，没有写入。请刷新后再试。",
            "The edits could not be understood; nothing was written.",
        ) from None
    if len(found) > MOST:
        raise DossierError(
            f"一次最多改 {MOST} 格，现有 {len(found)} 格。请分几次。",
            f"At most {MOST} cells at a time, not {len(found)}.",
        )
    return found


def as_text(edits: Iterable[Edit]) -> str:
    """The edits as a page sends them."""
    return json.dumps([e._asdict() for e in edits], ensure_ascii=False)


def judged(dossier: Dossier, edits: Sequence[Edit], kind: GivenKind, document: str = "") -> list[Judged]:
    """Each edit that changes something, in the order of the table, with why it cannot be made.

    Raises:
        DossierError: the folder cannot be read.
    """
    rows = {
        (i.project.number, i.row): i
        for i in Indicator.objects.filter(project__dossier=dossier).select_related("project")
    }
    folder, today = folder_of(dossier), timezone.localdate()
    table = table_in_force(folder.table, folder.changes.read(), today)
    times = Counter((e.project, e.row, e.field) for e in edits)
    found = []
    for edit in sorted(set(edits)):
        one = rows.get((edit.project, edit.row))
        old = str(getattr(one, edit.field)) if one is not None and edit.field in FIELDS else ""
        if one is not None and edit.field in FIELDS and edit.value.strip() == old:
            continue
        trouble = _trouble(edit, one, old, kind)
        if trouble is None and times[edit[:3]] > 1:
            trouble = ("同一格有两个不同的新内容，请只留一个。", "The cell is given two new values; keep one.")
        if trouble is None and one is not None:
            try:
                entry(table, kind, fields_of(edit, one, kind, document or "—"), today)
            except DossierError as error:
                trouble = (error.zh, error.en)
        found.append(Judged(edit, one, old, _reading(edit, one, table), trouble))
    return found


def fields_of(edit: Edit, one: Indicator, kind: GivenKind, document: str) -> dict[str, str]:
    """The fields of the entry that an edit becomes."""
    fields = {
        "project": one.project.name,
        "indicator": str(one.number),
        "field": edit.field,
        "value": edit.value.strip(),
    }
    return {**fields, "document": document.strip()} if kind is GivenKind.TARGET_CHANGE else fields


def write(
    dossier: Dossier, edits: Sequence[Edit], kind: GivenKind, *, document: str, why: str, by: User
) -> list[Change]:
    """Write all edits as entries of the change log; they are on disk when this returns, or none is.

    Raises:
        DossierError: one of them cannot be made; nothing was written.
    """
    # Looked at and written in one: a writer holds the database until the entries are in, so nobody comes between.
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=dossier.pk)
        found = judged(dossier, edits, kind, document)
        refused = [j for j in found if j.trouble]
        if refused or not found:
            zh, en = refused[0].trouble or ("", "") if refused else ("没有改动。", "Nothing differs.")
            raise DossierError(
                f"有 {len(refused)} 格不能写，全部没有写入。{zh}",
                f"{len(refused)} cells cannot be written; nothing was. {en}",
            )
        given = [(kind, fields_of(j.edit, j.indicator, kind, document)) for j in found if j.indicator is not None]
        return give_all(dossier, given, by=by, why=why)


def _trouble(edit: Edit, one: Indicator | None, old: str, kind: GivenKind) -> tuple[str, str] | None:
    if edit.field not in FIELDS:
        return (
            f"“{edit.field}”这一列由程序算出或取自别处，不能改。",
            f"The column {edit.field!r} is computed and cannot be edited.",
        )
    if one is None:
        return (
            f"目标表里没有第 {edit.project} 个项目的第 {edit.row} 行。",
            f"The table has no row {edit.row} in project {edit.project}.",
        )
    if edit.seen != old:
        return (
            f"这一格刚刚被改成“{old}”，您看到的是“{edit.seen}”。",
            f"The cell was changed to {old!r} meanwhile; you saw {edit.seen!r}.",
        )
    if not edit.value.strip():
        return "不能清空。文件里本来没有的内容请删去整项后重新导入。", "It cannot be emptied."
    if len(edit.value) > LONGEST or any(ord(c) < 32 and c not in "\n\t" for c in edit.value):
        return f"超过 {LONGEST} 字或含有控制字符。", f"Over {LONGEST} characters, or with control characters."
    if kind is GivenKind.TARGET_CHANGE and edit.field not in TARGETS:
        return (
            "目标调整只能改指标值；名称和级别读错的请按更正办理。",
            "An approved change is of a target only; correct names as misread.",
        )
    return None


def _reading(edit: Edit, one: Indicator | None, table: TargetTable) -> tuple[str, str]:
    if one is None or edit.field not in TARGETS:
        return "", ""
    return sentence(read_target(edit.value, one.name, table.fiscal_year), one.name)
