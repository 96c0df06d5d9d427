"""Figures kept unfolded: written in the transaction that writes the figures, read back by their pages."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from hengji.dossier.computed import records_state
from hengji.forms.overview import ShownPart, ShownRow
from hengji.model.binding import Binding
from hengji.web.years.models import Dossier, Indicator, Unfolding
from hengji.web.years.rows import bring_up

SHOWN = 50
"""How many rows of a figure are kept and shown; all of them are in the CSV."""


class Kept(NamedTuple):
    """What the page of a figure shows of it: how its binding reads the target, its parts with their first rows."""

    reading: str
    parts: tuple[ShownPart, ...]


def keep(
    dossier: Dossier, bindings: Iterable[Binding], parts: Mapping[tuple[str, int], tuple[ShownPart, ...]]
) -> None:  # fmt: skip
    """Keep these figures and no others; the caller holds the transaction."""
    readings = {(b.project, b.indicator): b.reading for b in bindings}
    wanted = {
        key: Unfolding(
            dossier=dossier, project=key[0], indicator=key[1], packed=_packed(Kept(readings[key] or "", one))
        )
        for key, one in parts.items()
    }
    bring_up(Unfolding, {(u.project, u.indicator): u for u in dossier.unfoldings.all()}, wanted)


def kept(dossier: Dossier, one: Indicator) -> Kept | None:
    """The figure of an indicator as it was kept; None where there is none, or records or bindings differ since."""
    if dossier.unfolded_from != records_state(dossier.folder):
        return None
    found = dossier.unfoldings.filter(project=one.project.name, indicator=one.number).first()
    return _unpacked(bytes(found.packed)) if found is not None else None


def _packed(one: Kept) -> bytes:
    parts = [p._replace(numerator=_text(p.numerator), denominator=_text(p.denominator)) for p in one.parts]  # type: ignore[arg-type]
    return zlib.compress(json.dumps([one.reading, parts], ensure_ascii=False).encode(), 1)


def _unpacked(packed: bytes) -> Kept:
    reading, parts = json.loads(zlib.decompress(packed))
    return Kept(reading, tuple(_part(*fields) for fields in parts))


def _part(
    label: str, measure: str, numerator: str | None, denominator: str | None, cases: int, excluded: list[list[Any]],
    rows: list[list[Any]], total: int,
) -> ShownPart:  # fmt: skip
    return ShownPart(
        label, measure, _fraction(numerator), _fraction(denominator), cases, tuple((r, n) for r, n in excluded),
        tuple(ShownRow(*row) for row in rows), total,
    )  # fmt: skip


def _text(value: Fraction | None) -> str | None:
    return None if value is None else str(value)


def _fraction(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
