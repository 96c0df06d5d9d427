"""Productions for a stretch with a date: by a day, in a window, and a date beside an amount."""

from __future__ import annotations

import re

from hengji.model.target import Span, TargetKind
from hengji.targets.numeric import numeric
from hengji.targets.piece import Found, Piece, clause

_EDGE = ' ,:、。;"“”()'
_LEAD = re.compile("(?:计划|预计|力争|争取|确保|要求)?(?:于|在|到|截至|截止)?$")


def dated(piece: Piece) -> Found:
    """A deadline; beside an amount a compound of both."""
    date = piece.dates[0]
    found = Found([], [Span(d.start, d.end, "date") for d in piece.dates])
    found.warnings += [d.warning for d in piece.dates if d.warning]
    before = piece.text[piece.start : date.start].strip(_EDGE)
    after = piece.text[date.end : piece.end].strip(_EDGE)
    if piece.amounts:
        rest = Piece(
            piece.text, date.end, piece.end, piece.hints, piece.year, [a for a in piece.amounts if a.start >= date.end]
        )
        if not rest.amounts:
            rest = Piece(piece.text, piece.start, date.start, piece.hints, piece.year, piece.amounts)
        figure = numeric(rest)
        if figure is not None:
            other = (piece.start, date.start) if rest.start == date.end else (date.end, piece.end)
            if piece.text[slice(*other)].strip(_EDGE):
                found.spans.append(Span(*other, "words"))
            found.clauses = [
                clause(TargetKind.DEADLINE, mode=date.mode, start=date.first, by=date.last),
                *figure.clauses,
            ]
            found.spans += figure.spans
            found.warnings += figure.warnings
            found.join = "and"
            return found
    action = " ".join(t for t in (_LEAD.sub("", before), after) if t)
    found.clauses = [clause(TargetKind.DEADLINE, mode=date.mode, start=date.first, by=date.last, action=action)]
    if before:
        found.spans.append(Span(piece.start, date.start, "words"))
    if after:
        found.spans.append(Span(date.end, piece.end, "words"))
    return found
