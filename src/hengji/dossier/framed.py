"""部门评价 and 财政评价 of one project of a dossier, by the frame of its rule pack; and any such evaluation made again."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hengji.dossier import framed_given as given
from hengji.dossier.department import evaluate_department
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import Evaluated, evaluate
from hengji.dossier.folder import Dossier
from hengji.dossier.given import scope
from hengji.dossier.values import number
from hengji.legislation import LawError, PackError
from hengji.model.evaluation import Evaluation, Stage
from hengji.scoring.as_json import canonical
from hengji.scoring.frames import project_frame
from hengji.scoring.frames_measures import Basis
from hengji.scoring.frames_score import GivenLine, framed, refused
from hengji.scoring.rules import rules_of

FRAMES = {"departmental": Stage.DEPARTMENTAL_EVALUATION, "fiscal": Stage.FISCAL_EVALUATION}
_NAMES = {stage: name for name, stage in FRAMES.items()}


def evaluate_frame(
    dossier: Dossier, stage: Stage, project: str, as_of: datetime.date | None = None, *, pack: str | None = None,
    engine: str = "duckdb", held: Mapping[str, Any] | None = None,
) -> Evaluated:  # fmt: skip
    """A project (by name, or number in the table) evaluated by the frame of a stage.

    The evaluation has this one project. `held` as in `evaluate`.

    Raises:
        DossierError: as `evaluate`; no such project; the pack has no frame, or one that does not hold together.
    """
    base = evaluate(dossier, Stage.SELF_EVALUATION, as_of, pack=pack, engine=engine, held=held)
    changes, table, on = base.dossier.changes.read(), base.computed.table, base.computed.period.as_of
    found, _ = scope(table, {"project": project})
    assert found is not None  # it was named
    place = next(n for n, p in enumerate(table.projects, 1) if p.name == found.name)
    name, chosen = _NAMES[stage], base.evaluation.pack
    try:
        rules = rules_of(chosen, on)
        frame = project_frame(stage, chosen, on, given.given_points(changes, name))
        own = base.evaluation.projects[place - 1]
        basis = Basis((own,), given.received(changes, found.name), table.fiscal_year)
        made = framed(found.name, frame, basis, given.given_lines(changes, name, found.name), rules, project=place)
    except (LawError, PackError) as error:
        raise DossierError(
            f"规则包 {chosen} 的评价指标体系用不了：{error}", f"The frame of the pack {chosen} cannot be used: {error}"
        ) from None
    inputs = {**base.inputs, "stage": stage.value, "project": found.name, "number": place}
    old = base.evaluation
    one = replace(made.one, objective=own.objective, objective_actual=own.objective_actual, head=own.head)
    evaluation = Evaluation(
        stage, on, chosen, hashlib.sha256(canonical(inputs)).hexdigest(), (one,), made.findings, old.simulated,
        rules.unverified, old.department, old.fiscal_year, old.money_unit,
    )  # fmt: skip
    return Evaluated(base.dossier, base.computed, evaluation, inputs)


def check_line(dossier: Dossier, new: Mapping[str, Any], on: datetime.date) -> None:
    """See that what someone is about to record for a line of a project's frame can be used under the dossier's pack.

    Raises:
        DossierError: no such line, points above its own, a grade that is not that of the points, no evidence.
    """
    if new["frame"] not in FRAMES:
        return
    changes = dossier.changes.read()
    try:
        rules = rules_of(dossier.pack, on)
        frame = project_frame(FRAMES[new["frame"]], dossier.pack, on, given.given_points(changes, new["frame"]))
    except (LawError, PackError):
        return  # said when the evaluation is made
    line = frame.line(new["line"].strip())
    if line is None:
        raise DossierError(
            f"指标体系没有“{new['line']}”这一项。可用序号 1 到 {len(frame.lines)}，或名称：{'、'.join(li.name for li in frame.lines)}。",
            f"The frame has no line {new['line']!r}; lines are 1 to {len(frame.lines)}.",
        )
    points = None if new["points"] == given.NOT_APPLICABLE else number(new["points"], "points")
    one = GivenLine(new["line"], points, new["evidence"], grade=new.get("grade"))
    if (wrong := refused(line, one, rules)) is not None:
        raise DossierError(
            f"第{line.number}项“{line.name}”：{wrong[1]}。没有记录。",
            f"Line {line.number} {wrong[2]}; nothing was recorded.",
        )


def again(dossier: Dossier, stage: Stage, as_of: datetime.date, *, pack: str, held: Mapping[str, Any]) -> Evaluated:
    """A frozen evaluation made again from its inputs, whatever its stage.

    Raises:
        DossierError: as the evaluation itself.
    """
    if stage in _NAMES:
        return evaluate_frame(dossier, stage, str(held.get("project")), as_of, pack=pack, held=held)
    if stage is Stage.DEPARTMENT_SELF_EVALUATION:
        return evaluate_department(dossier, as_of, pack=pack, frame=held.get("frame"), held=held)
    return evaluate(dossier, stage, as_of, pack=pack, held=held)
