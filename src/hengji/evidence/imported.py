"""What an import did, as plain data for a door to hand on."""

from __future__ import annotations

from typing import Any

from hengji.evidence.store import Imported


def import_json(imported: Imported) -> dict[str, Any]:
    """What an import did, as one JSON object; of the rejected rows the first thousand."""
    return {
        "format": "hengji.evidence_import/1", "register": imported.register, "source": imported.source,
        "rows": imported.rows, "written": imported.written, **imported.decided._asdict(),
        "rejected": imported.rejected_count, "outside": imported.outside,
        "quarantine": str(imported.quarantine) if imported.quarantine else None,
        "rejected_rows": [
            {"line": row.line, "trouble": [
                {"field": t.field.name if t.field else None, "value": t.value, "zh": t.zh, "en": t.en} for t in row.trouble
            ]}
            for row in imported.rejected
        ],
        "unknown": list(imported.unknown),
        "notes": [{"field": f, "note": str(n), "count": c, "zh": n.zh, "en": n.en} for f, n, c in imported.notes],
        "remarks": [{"zh": zh, "en": en} for zh, en in imported.remarks],
    }  # fmt: skip
