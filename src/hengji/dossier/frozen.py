"""Evaluations stored so that anyone can recompute them: figures in canonical form, inputs by digest, a chain over all.

`evaluations/<stage>-<as_of>-<digest8>.json` holds the figures; `evaluations/chain.jsonl` the digest of each file in the
order in which they were frozen, every line carrying that of the line before. An evaluation is made again from what the
dossier held when it was frozen: entries and batches that came later are told and do not count.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

from hengji.dossier.computed import store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import Evaluated
from hengji.dossier.folder import Dossier
from hengji.dossier.framed import again
from hengji.dossier.locks import changing
from hengji.dossier.stored import CHAIN, FOLDER
from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError
from hengji.evidence.whole import write_whole
from hengji.model.evaluation import Stage
from hengji.scoring.as_json import canonical, evaluation_json

INPUTS = {
    "table": "目标表 table.*", "changes": "填报和更正 changes.jsonl", "bindings": "口径挂接 bindings.toml",
    "settings": "设置 hengji.toml", "batches": "台账记录", "pack": "规则包文件", "previous": "上一次监控",
    "stage": "阶段", "as_of": "截至日期",
}  # fmt: skip
"""What an evaluation is made of, in words."""


class Difference(NamedTuple):
    """What was stored, and what comes out now."""

    what: str
    stored: str | None
    recomputed: str | None


class Verified(NamedTuple):
    """How many evaluations were checked, what differs, and what is only worth saying."""

    checked: int
    differences: tuple[Difference, ...]
    remarks: tuple[str, ...]


def freeze(found: Evaluated, at: datetime.datetime) -> Path:
    """Store an evaluation; one that is stored already is left as it is.

    Raises:
        DossierError: the folder cannot be written, the chain was altered, or the stage is submitted or approved.
    """
    folder = found.dossier.folder / FOLDER
    figures = evaluation_json(found.evaluation)
    digest = hashlib.sha256(canonical(figures)).hexdigest()
    evaluation = found.evaluation
    path = folder / f"{evaluation.stage.value}-{evaluation.as_of}-{digest[:8]}.json"
    if path.exists() and path.name in _listed(folder):
        return path
    content = {
        "figures_sha256": digest, "code_version": version("hengji"), "inputs": found.inputs, "figures": figures,
    }  # fmt: skip
    data = canonical(content) + b"\n"
    try:
        folder.mkdir(exist_ok=True)
        with changing(found.dossier.folder, evaluation.stage.value):
            write_whole(path, data)
            _chain(folder).append([{"at": at.isoformat(timespec="seconds"), "file": path.name, "sha256": _sha(data)}])
    except OSError as error:
        raise DossierError(
            f"{folder} 写不进去：{error.strerror}。", f"{folder} cannot be written: {error.strerror}."
        ) from None
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    return path


def verify(dossier: Dossier) -> Verified:
    """Recompute every frozen evaluation and check the chain over them.

    Raises:
        DossierError: the dossier cannot be computed at all.
    """
    folder = dossier.folder / FOLDER
    differences: list[Difference] = []
    remarks: list[str] = []
    try:
        entries = _chain(folder).read() if folder.exists() else []
    except EvidenceError as error:
        return Verified(0, (Difference(f"{FOLDER}/{CHAIN}", error.zh, None),), ())
    listed = {e["file"]: e["sha256"] for e in entries}
    there = {p.name for p in folder.glob("*.json")} if folder.exists() else set()
    differences += [Difference(f"{FOLDER}/{name}", "在链上", "文件不见了") for name in listed if name not in there]
    differences += [Difference(f"{FOLDER}/{name}", None, "不在链上") for name in sorted(there - set(listed))]
    checked = 0
    for name, digest in listed.items():
        if name in there:
            checked += 1
            differences += _check(dossier, folder / name, digest, remarks)
    return Verified(checked, tuple(differences), tuple(remarks))


def _check(dossier: Dossier, path: Path, digest: str, remarks: list[str]) -> Iterator[Difference]:
    data = path.read_bytes()
    if _sha(data) != digest:
        yield Difference(f"{FOLDER}/{path.name}", digest, f"{_sha(data)}，文件被改动过")
    try:
        stored = json.loads(data)
        figures, inputs = stored["figures"], stored["inputs"]
        stage, on = Stage(figures["stage"]), datetime.date.fromisoformat(figures["as_of"])
        held = {**inputs, "changes": {"entries": int(inputs["changes"]["entries"])}, "batches": list(inputs["batches"])}
        pack, code = str(figures["pack"]), str(stored.get("code_version"))
    except (ValueError, KeyError, TypeError):
        yield Difference(f"{FOLDER}/{path.name}", "一次评价", "文件内容读不出来")
        return
    same_code = code == version("hengji")
    if not same_code:
        remarks.append(f"{path.name} 由 {code} 版程序算出，现为 {version('hengji')} 版")
    try:
        now = again(dossier, stage, on, pack=pack, held=held)
        remarks += _later(dossier, path.name, held)
    except DossierError as error:
        yield Difference(path.name, "可以重算", error.zh)
        return
    of_inputs = list(_inputs(path.name, inputs, json.loads(canonical(now.inputs))))
    recomputed = json.loads(canonical(evaluation_json(now.evaluation)))
    if of_inputs:  # they are named one by one; their common digest would say it a second time
        recomputed["inputs_digest"] = figures.get("inputs_digest")
    of_figures = list(_differing(path.name, figures, recomputed))
    if not of_figures and not same_code and all(_of_pack(one) for one in of_inputs):
        remarks += [f"{one.what} 随程序版本更新，各项数字不变" for one in of_inputs]
        return
    yield from of_inputs
    yield from of_figures


def _later(dossier: Dossier, name: str, held: Mapping[str, Any]) -> Iterator[str]:
    """What came after an evaluation was frozen."""
    entries = len(dossier.changes.read()) - held["changes"]["entries"]
    batches = len(store_of(dossier).batches()) - len(held["batches"])
    said = [f"{count} {what}" for count, what in ((batches, "批记录"), (entries, "条填报或更正")) if count > 0]
    if said:
        yield f"{name} 冻结之后又有 {'、'.join(said)}，重算没有计入；要计入请重新计分"


def _inputs(name: str, stored: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    """Every input that is not what it was, by what it is."""
    for key in dict.fromkeys((*stored, *now)):
        a, b = stored.get(key), now.get(key)
        if a == b:
            continue
        where = f"{name} inputs {key}（{INPUTS.get(key, key)}）"
        if key == "batches" and isinstance(a, list) and isinstance(b, list):
            for place, (was, is_) in enumerate(zip_longest(a, b), 1):
                if was != is_:
                    yield Difference(f"{where}第{place}批", was, is_)
        elif key == "pack" and isinstance(a, Mapping) and isinstance(b, Mapping):
            yield from _differing(where, a.get("files", a), b.get("files", b))
        else:
            yield Difference(where, _short(a), _short(b))


def _of_pack(one: Difference) -> bool:
    return f"inputs pack（{INPUTS['pack']}）" in one.what


def _differing(where: str, stored: Any, now: Any) -> Iterator[Difference]:
    """Every leaf that differs, by its path."""
    if isinstance(stored, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys((*stored, *now)):
            yield from _differing(f"{where} {key}", stored.get(key), now.get(key))
    elif isinstance(stored, list) and isinstance(now, list) and len(stored) == len(now):
        for place, (a, b) in enumerate(zip(stored, now, strict=True), 1):
            yield from _differing(f"{where}[{place}]", a, b)
    elif stored != now:
        yield Difference(where, _short(stored), _short(now))


def _short(value: Any) -> str | None:
    text = value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)
    return text if text is None or len(text) <= 200 else text[:199] + "…"


def _listed(folder: Path) -> set[str]:
    """The files on the chain.

    Raises:
        DossierError: the chain was altered.
    """
    try:
        return {entry["file"] for entry in _chain(folder).read()}
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None


def _chain(folder: Path) -> ChainedLog[dict[str, Any]]:
    return ChainedLog(folder / CHAIN, dict)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
