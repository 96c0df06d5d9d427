"""Several dossiers' self-evaluations of the same transfer, each as it was frozen last, rolled up into one."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.stored import Stored, newest
from hengji.model.evaluation import Stage
from hengji.model.finding import Finding, Severity
from hengji.scoring.rollup import Rolled, RolledLine, Sum, rolled, unit_sum


@dataclass(frozen=True)
class RolledUp:
    """Transfers over all units, the day they are as of, the frozen files they are made of, whether any is simulated."""

    transfers: tuple[Rolled, ...]
    as_of: datetime.date
    files: tuple[tuple[str, str], ...]
    simulated: bool

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all transfers."""
        return tuple(f for r in self.transfers for f in r.findings)

    @property
    def broken(self) -> bool:
        """Whether anything keeps it from being handed in."""
        return any(f.severity is Severity.ERROR for f in self.findings)


def roll_up(dossiers: Sequence[Dossier], transfer: str | None = None) -> RolledUp:
    """The transfer of that name over all dossiers; without a name, every project that at least two of them have.

    Raises:
        DossierError: nothing frozen in one, other days or packs, or no such transfer.
    """
    stored = [_frozen(d) for d in dossiers]
    _alike(stored)
    units = [s.evaluation.department or d.unit or str(d.folder) for d, s in zip(dossiers, stored, strict=True)]
    if twice := sorted({u for u in units if units.count(u) > 1}):
        raise DossierError(
            f"单位“{twice[0]}”的年度文件夹给了两次，没有汇总。请每个单位只给一个。",
            f"Two of the dossiers are of {twice[0]!r}; give one a unit.",
        )
    sums: dict[str, list[Sum]] = {}
    for unit, dossier, one in zip(units, dossiers, stored, strict=True):
        evaluation = one.evaluation
        for project in evaluation.projects:
            part = unit_sum(unit, project, evaluation.money_unit or dossier.table.money_unit or "万元")
            sums.setdefault(project.name, []).append(part)
    chosen = [transfer] if transfer else [name for name, parts in sums.items() if len(parts) > 1]
    if not chosen or chosen[0] not in sums:
        said = f"“{transfer}”" if transfer else "两个以上单位共有的项目"
        raise DossierError(
            f"{len(dossiers)} 个年度文件夹里没有{said}，没有汇总。请用 --project 写项目名称：{'、'.join(list(sums)[:5])}。",
            f"No such transfer in {len(dossiers)} dossiers; name a project with --project.",
        )
    return RolledUp(
        tuple(rolled(name, sums[name]) for name in chosen), stored[0].evaluation.as_of,
        tuple((str(d.folder), s.file) for d, s in zip(dossiers, stored, strict=True)),
        any(s.evaluation.simulated for s in stored),
    )  # fmt: skip


def rollup_json(one: Rolled, made: RolledUp) -> dict[str, Any]:
    """A transfer as JSON; figures are decimal strings, rates in percent."""
    return {
        "format": "hengji.rollup/1", "transfer": one.transfer, "as_of": made.as_of.isoformat(), "simulated": made.simulated,
        "units": list(one.units), "files": [{"dossier": d, "file": f} for d, f in made.files],
        "money": {"final_budget": _plain(one.budget), "outturn": _plain(one.outturn), "execution_rate": _plain(one.rate),
                  "money_unit": one.money_unit},
        "lines": [_line(line) for line in one.lines],
        "findings": [{"code": f.code, "severity": f.severity.value, "zh": f.zh, "en": f.en, "indicator": f.indicator}
                     for f in one.findings],
    }  # fmt: skip


def _line(line: RolledLine) -> dict[str, Any]:
    return {
        "number": line.number, "level1": line.level1, "level2": line.level2, "name": line.name, "target": line.target,
        "kind": line.kind.value if line.kind else None, "actual": line.text, "value": _plain(line.value), "unit": line.unit,
        "numerator": _plain(line.numerator), "denominator": _plain(line.denominator),
        "bands": [{"band": b, "units": n, "percent": _plain(p)} for b, n, p in line.bands],
        "weighted_by_money": line.weighted_by_money, "units": list(line.units), "missing": list(line.missing),
        "not_applicable": list(line.left_out),
    }  # fmt: skip


def _plain(number: Decimal | None) -> str | None:
    """Without trailing zeros."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _frozen(dossier: Dossier) -> Stored:
    found = newest(dossier, Stage.SELF_EVALUATION)
    if found is None:
        raise DossierError(
            f"{dossier.folder} 没有冻结的单位自评，没有汇总。请先运行 hengji score {dossier.folder}。",
            f"{dossier.folder} has no frozen self-evaluation; run hengji score {dossier.folder} first.",
        )
    return found


def _alike(stored: Sequence[Stored]) -> None:
    """Self-evaluations of other days or packs are not the same thing."""
    days = sorted({s.evaluation.as_of.isoformat() for s in stored})
    packs = sorted({s.evaluation.pack for s in stored})
    if len(days) > 1 or len(packs) > 1:
        raise DossierError(
            f"各单位自评的截止日期或规则包不同（{'、'.join(days)}；{'、'.join(packs)}），没有汇总。请用同一日期、同一规则包重新计分。",
            f"The self-evaluations are as of {', '.join(days)} under {', '.join(packs)}; score again alike.",
        )
