"""Evaluations stored so that anyone can recompute them: figures in canonical form, inputs by digest, a chain over all.

`evaluations/<stage>-<as_of>-<digest8>.json` holds the figures; `evaluations/chain.jsonl` the digest of each file in the
order in which they were frozen, every line carrying that of the line before.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import Evaluated, evaluate
from hengji.dossier.folder import Dossier
from hengji.dossier.stored import CHAIN, FOLDER
from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError
from hengji.model.evaluation import Stage
from hengji.scoring.as_json import canonical, evaluation_json


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
        DossierError: the folder cannot be written, or the chain was altered.
    """
    folder = found.dossier.folder / FOLDER
    figures = evaluation_json(found.evaluation)
    digest = hashlib.sha256(canonical(figures)).hexdigest()
    evaluation = found.evaluation
    path = folder / f"{evaluation.stage.value}-{evaluation.as_of}-{digest[:8]}.json"
    if path.exists():
        return path
    content = {
        "figures_sha256": digest, "code_version": version("hengji"), "inputs": found.inputs, "figures": figures,
    }  # fmt: skip
    data = canonical(content) + b"\n"
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as draft:
            draft.write(data)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).replace(path)
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
        yield Difference(f"{FOLDER}/{path.name}", digest, _sha(data))
    try:
        stored = json.loads(data)
        figures, inputs = stored["figures"], stored["inputs"]
        stage, on = Stage(figures["stage"]), datetime.date.fromisoformat(figures["as_of"])
    except (ValueError, KeyError, TypeError):
        yield Difference(f"{FOLDER}/{path.name}", "一次评价", "文件内容读不出来")
        return
    if stored.get("code_version") != version("hengji"):
        remarks.append(f"{path.name} 由 {stored.get('code_version')} 版程序算出，现为 {version('hengji')} 版")
    try:
        now = evaluate(dossier, stage, on, pack=figures["pack"])
    except DossierError as error:
        yield Difference(path.name, "可以重算", error.zh)
        return
    yield from _differing(f"{path.name} inputs", inputs, json.loads(canonical(now.inputs)))
    yield from _differing(path.name, figures, json.loads(canonical(evaluation_json(now.evaluation))))


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


def _chain(folder: Path) -> ChainedLog[dict[str, Any]]:
    return ChainedLog(folder / CHAIN, dict)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
