"""What people attested (`hengji record attestation`) as records of the register of attestations.

The act is kept in changes.jsonl; the register holds the same statement, so that it counts and unfolds like any record.
Putting it there again changes nothing.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

import pyarrow as pa

from hengji.dossier.computed import store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.given import GivenKind
from hengji.evidence.errors import EvidenceError

REGISTER = "attestation"
SYSTEM = "changes.jsonl"


def register_attestations(dossier: Dossier, at: datetime.datetime) -> int:
    """Put every attestation of the change log into the register; how many were new.

    Raises:
        DossierError: the register cannot be written.
    """
    rows = []
    for change in dossier.changes.read():
        if change.kind != GivenKind.ATTESTATION:
            continue
        new = change.new
        rows.append(
            {
                "source_system": SYSTEM, "source_key": str(change.seq), "recorded_at": change.at.replace(tzinfo=None),
                "recorded_by": change.by, "project": new["project"], "indicator": int(new["indicator"]),
                "signed_on": datetime.date.fromisoformat(new.get("signed_on") or change.at.date().isoformat()),
                "statement": new["statement"], "grade": new.get("grade"),
                "band": Decimal(new["band"]) if new.get("band") else None, "signer": new["signer"],
                "co_signer": new["co_signer"], "reason": change.why, "attachment": new["attachment"],
            }
        )  # fmt: skip
    if not rows:
        return 0
    try:
        done = store_of(dossier).add_table(REGISTER, pa.Table.from_pylist(rows), at=at, source=SYSTEM)
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    if done.rejected_count:
        first = done.rejected[0]
        raise DossierError(
            f"人工佐证没有全部进入台账：第 {rows[first.line - 1]['source_key']} 条 {'；'.join(t.zh for t in first.trouble)}。",
            f"Not all attestations went into the register: {'; '.join(t.en for t in first.trouble)}.",
        )
    return done.decided.new
