"""The two sides of a comparison: a frozen evaluation, the one frozen last, or one made anew for a day or a pack."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from hengji.dossier.changes import Change
from hengji.dossier.computed import BINDINGS, bindings_of
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import evaluate
from hengji.dossier.folder import SETTINGS, Dossier, open_dossier
from hengji.dossier.stored import FOLDER, evaluation_from, newest
from hengji.legislation import LawError, PackError
from hengji.model.evaluation import Evaluation, Stage
from hengji.scoring.as_json import canonical
from hengji.scoring.difference_inputs import Entry, Side
from hengji.scoring.rules import rules_of

_AT_DAY = re.compile(r"(.+)@(\d{4}-\d{2}-\d{2})")
_LARGEST = 256 * 2**20  # bytes of an evaluation file
_COMMANDS = {Stage.MONITORING: "hengji monitor {} --as-of YYYY-MM-DD", Stage.SELF_EVALUATION: "hengji score {}"}


def side_of(name: str, stage: Stage, *, pack: str | None = None) -> Side:
    """One side of a comparison from how it was named.

    A file under `evaluations/` is that frozen evaluation; DOSSIER@YYYY-MM-DD is made anew as of the day; DOSSIER is the
    evaluation of the stage that was frozen last, or, with a `pack`, the same made anew under it.

    Raises:
        DossierError: nothing there, nothing frozen, an altered file, a day that is none.
    """
    at_day = _AT_DAY.fullmatch(name)
    if at_day and not Path(name).exists():
        return _anew(f"{Path(at_day[1]).absolute().name}@{at_day[2]}", _opened(at_day[1]), stage, _day(at_day[2]), pack)
    path = Path(name)
    if path.is_file():
        if pack is not None:
            raise DossierError(
                f"{name} 是冻结的文件，不能换规则包重算。请给出年度文件夹。",
                f"{name} is a frozen file and cannot be made anew under another pack. Name the dossier.",
            )
        return _frozen_file(path)
    dossier = _opened(name)
    stored = newest(dossier, stage)
    if pack is not None:
        return _anew(
            f"{Path(name).absolute().name}（{pack}）", dossier, stage, stored.evaluation.as_of if stored else None, pack
        )
    if stored is None:
        command = _COMMANDS.get(stage, "hengji score {}").format(name)
        raise DossierError(
            f"{name} 没有冻结的{_named(stage)}。请先运行 {command}，或写成 {name}@日期 按那一天重算。",
            f"{name} has no frozen {stage.value}. Run {command} first, or write {name}@YYYY-MM-DD.",
        )
    return _frozen_file(dossier.folder / FOLDER / stored.file)


def _named(stage: Stage) -> str:
    return "绩效运行监控" if stage is Stage.MONITORING else "单位自评"


def _opened(folder: str) -> Dossier:
    return open_dossier(Path(folder))


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise DossierError(f"“{text}”不是日期，应为 YYYY-MM-DD。", f"{text!r} is not a day (YYYY-MM-DD).") from None


def _anew(label: str, dossier: Dossier, stage: Stage, on: datetime.date | None, pack: str | None) -> Side:
    found = evaluate(dossier, stage, on, pack=pack)
    inputs: Mapping[str, Any] = json.loads(canonical(found.inputs))
    # Frozen figures are rounded as they are written; both sides are held against each other as written.
    figures = evaluation_from(json.loads(canonical(_figures(found.evaluation))))
    return _side(label, figures, inputs, version("hengji"), dossier)


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    from hengji.scoring.as_json import evaluation_json

    return evaluation_json(evaluation)


def _frozen_file(path: Path) -> Side:
    """A frozen evaluation. What lies behind its digests is taken from the dossier around it, where there is one."""
    try:
        if path.stat().st_size > _LARGEST:
            raise DossierError(
                f"{path} 超过 {_LARGEST:,} 字节，没有读取。", f"{path} is over {_LARGEST:,} bytes; not read."
            )
        content = json.loads(path.read_bytes())
        figures, inputs = content["figures"], content["inputs"]
        digest = hashlib.sha256(canonical(figures)).hexdigest()
        evaluation = evaluation_from(figures)
        told, code = str(content["figures_sha256"]), str(content.get("code_version"))
    except OSError as error:
        raise DossierError(
            f"{path} 读不出来：{error.strerror}。", f"{path} cannot be read: {error.strerror}."
        ) from None
    except (ValueError, KeyError, TypeError, ArithmeticError, AttributeError, RecursionError):
        raise DossierError(
            f"{path} 不是冻结的评价文件，或内容不完整。请用 evaluations 文件夹里的文件。",
            f"{path} is no frozen evaluation, or not whole. Use a file of the folder evaluations.",
        ) from None
    if digest != told or not isinstance(inputs, dict):
        raise DossierError(
            f"{path} 被改动过：数字与它自己的摘要不符，没有比较。请用 hengji verify 核对，从备份恢复。",
            f"{path} was altered: its figures do not have its digest; not compared. See hengji verify.",
        )
    folder = path.absolute().parent.parent
    dossier = open_dossier(folder) if (folder / SETTINGS).is_file() else None
    return _side(path.name if dossier is None else f"{folder.name}/{path.name}", evaluation, inputs, code, dossier)


def _side(label: str, evaluation: Evaluation, inputs: Mapping[str, Any], code: str, dossier: Dossier | None) -> Side:
    entries: tuple[Entry, ...] = ()
    bindings = None
    if dossier is not None:
        counted = inputs.get("changes")
        number = counted.get("entries") if isinstance(counted, Mapping) else None
        entries = tuple(map(_entry, dossier.changes.read()[:number]))
        if _sha(dossier.folder / BINDINGS) == inputs.get("bindings"):  # else they are no longer those of then
            bindings = {(b.project, b.indicator): _bound(b) for b in bindings_of(dossier.folder)}
    return Side(label, evaluation, inputs, code, entries, bindings, _laws(evaluation, inputs))


def _entry(change: Change) -> Entry:
    indicator = change.new.get("indicator")
    return Entry(
        change.seq, change.at.date().isoformat(), change.by, change.kind, change.new.get("project"),
        indicator if isinstance(indicator, int) else None, change.why,
    )  # fmt: skip


def _bound(binding: Any) -> str:
    """A binding in words: what answers it, read how, confirmed or not."""
    params = json.dumps(dict(binding.params), ensure_ascii=False, sort_keys=True, default=str) if binding.params else ""
    return " ".join(str(part) for part in (binding.measure, params, binding.same_as, binding.target) if part)


def _laws(evaluation: Evaluation, inputs: Mapping[str, Any]) -> dict[str, str] | None:
    """The law of scoring by key; None where the pack's files are no longer those it was made with."""
    from hengji.legislation import pack_named

    try:
        files = dict(pack_named(evaluation.pack).files)
        pack = inputs.get("pack")
        if not isinstance(pack, Mapping) or pack.get("files") != files:
            return None
        rules = rules_of(evaluation.pack, evaluation.as_of)
    except (LawError, PackError):
        return None
    return {key: _value(entry.value) for key, entry in rules.laws.items()}


def _value(value: object) -> str:
    """A value of a pack on one line."""
    if isinstance(value, Mapping):
        return "{" + "，".join(f"{k}={_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + "，".join(map(_value, value)) + "]"
    return str(value)


def _sha(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
