"""The columns of the four tables that come out of a run. Amounts and figures are decimal text, as printed."""

from __future__ import annotations

from typing import NamedTuple


class Columns(NamedTuple):
    """A table: its name, its columns of text, and which of them hold whole numbers instead."""

    table: str
    names: tuple[str, ...]
    whole: frozenset[str]


def _columns(table: str, words: str) -> Columns:
    """Columns from their names; a # behind a name marks whole numbers."""
    named = words.split()
    return Columns(table, tuple(n.rstrip("#") for n in named), frozenset(n[:-1] for n in named if n.endswith("#")))


DOCUMENTS = _columns(
    "documents",
    "document sha256 bytes# media_type status kind title department fiscal_year# money_unit projects# indicators# "
    "errors# warnings# infos# code reason_zh reason_en",
)
PROJECTS = _columns(
    "projects",
    "document project# unit fiscal_year# kind name code fund_user money_unit total indicators# errors# warnings# "
    "grade_general best_general worst_general grade_key best_key worst_key most_points least_points targets_digest",
)
INDICATORS = _columns(
    "indicators",
    "document project# line# unit fiscal_year# number# code level1 level2 name key target actual max_points points "
    "target_kind checkable op figure measured_in errors# warnings# place confidence",
)
FINDINGS = _columns(
    "findings",
    "document project# indicator# unit fiscal_year# stage code severity zh en suggestion place",
)
TABLES = (DOCUMENTS, PROJECTS, INDICATORS, FINDINGS)
