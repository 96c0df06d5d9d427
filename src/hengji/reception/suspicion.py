"""A gateway's folder, or one of replayed packets, as a list of suspicions with their reasons and packets."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hengji.evidence.suspicion.readings import LIMITS, PACKETS, replayed
from hengji.evidence.suspicion.suspect import SITE_PROOF, Row, Suspicion, rows_behind, suspicions, unasked
from hengji.evidence.suspicion.thresholds import thresholds
from hengji.hj212.factors import factor as known_factor
from hengji.reception.devices import FILE, read_register
from hengji.reception.inbox import segments
from hengji.reception.segments import export


def suspected(folder: Path, limits: Path | None = None) -> dict[str, Any]:
    """The list as JSON. A gateway's inbox is exported into a folder of its own first, which is removed.

    Raises:
        EvidenceError: there are no readings, or they or the limits cannot be read.
        GatewayError: the register of devices cannot be read.
        OSError: the folder or the limits cannot be read.
    """
    if limits is not None:
        limits.open("rb").close()
    if not (folder / "inbox").is_dir() or any(path.name.endswith(PACKETS) for path in folder.iterdir()):
        return _listed(folder, limits, _outlets(folder))
    with tempfile.TemporaryDirectory(prefix="hengji-") as draft:
        for day in sorted({path.parent.name for path in segments(folder / "inbox")}):
            export(folder / "inbox", day, Path(draft))
        own = folder / LIMITS
        return _listed(Path(draft), limits or (own if own.is_file() else None), _outlets(folder))


def _outlets(folder: Path) -> dict[str, tuple[str, bool]]:
    """Outlet and whether it is simulated by MN; none where the folder has no register."""
    if not (folder / FILE).is_file():
        return {}
    return {mn: (device.outlet, device.simulated) for mn, device in read_register(folder).devices.items()}


def _listed(folder: Path, limits: Path | None, outlets: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    db = replayed(folder, limits)
    found = suspicions(db)
    said = thresholds()
    listed = [_as_json(one, rows, outlets) for one, rows in zip(found, rows_behind(db, found), strict=True)]
    return {
        "format": "hengji.suspicions/1",
        "label": "模拟数据" if any(simulated for _, simulated in outlets.values()) else None,
        "standing": {"zh": SITE_PROOF[0], "en": SITE_PROOF[1]},
        "thresholds": {"verified": said["verified"], "document": said["document"]},
        "suspicions": listed,
        "not_checked": [one._asdict() for one in unasked(db)],
    }


def _as_json(one: Suspicion, rows: list[Row], outlets: dict[str, tuple[str, bool]]) -> dict[str, Any]:
    known = known_factor(one.factor) if one.factor else None
    return {
        "code": one.rule.code, "name": one.rule.name, "mn": one.mn, "outlet": outlets.get(one.mn, ("", False))[0] or None,
        "factor": one.factor or None, "factor_name": known.name_zh if known else None,
        "begins": one.begins.isoformat(timespec="minutes"), "ends": one.ends.isoformat(timespec="minutes"),
        "zh": one.zh, "en": one.en, "figures": one.figures,
        "rows": [row._asdict() | {"data_time": row.data_time.isoformat(timespec="seconds")} for row in rows],
    }  # fmt: skip
