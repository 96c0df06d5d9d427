"""The editions of HJ 212 as tables: 2005, 2017, 2017 at surface-water stations, 2025 (`profiles.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

NAMES = ("2005", "2017", "2017-surface-water", "2025")
DATA_ANSWER, NOTICE_ANSWER = "9014", "9013"
ANSWERS = frozenset({"9011", "9012", "9013", "9014"})
HEAD = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")
"""Fields before CP, in the order in which we write them."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command number (CN) in one edition.

    `sender` is host, device or both; `answer` the command that answers it, if any; `data` says that its upload
    carries DataTime.
    """

    cn: str
    zh: str
    en: str
    sender: str
    answer: str | None
    data: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """One edition: its limits, its flags, its commands and its return codes. `verified` = read in the standard."""

    name: str
    title: str
    version: int
    verified: bool
    segment_bytes: int
    cp_characters: int
    data_flags: str
    utf8: bool
    qn_required: bool
    qn_in_cp: bool
    plain_comma: bool
    running_states: str
    qn_rtn: frozenset[str]
    exe_rtn: frozenset[str]
    commands: dict[str, Command]


@cache
def profiles() -> dict[str, Profile]:
    """All editions by name."""
    tables = tomllib.loads(files(__package__).joinpath("profiles.toml").read_text(encoding="utf-8"))
    found = {}
    for name in NAMES:
        own = tables["profiles"][name]
        table = {**tables["profiles"].get(own.pop("like", None), {}), **own}
        commands = {
            c["cn"]: Command(c["cn"], c["zh"], c["en"], c["from"], c.get("answer"), c.get("data", False))
            for c in tables["command"]
            if name in c["profiles"]
        }
        for key in ("qn_rtn", "exe_rtn"):
            table[key] = frozenset(table[key])
        found[name] = Profile(name=name, commands=commands, **table)
    return found


def profile(name: str) -> Profile:
    """The edition of that name.

    Raises:
        KeyError: there is none; `NAMES` lists them.
    """
    return profiles()[name]


@cache
def of_version(version: int | None) -> Profile:
    """The edition that the version bits of Flag name; 2005 where there is no Flag, the newest for unknown bits."""
    return profile({None: "2005", 0: "2005", 1: "2017"}.get(version, "2025"))


@cache
def known_anywhere(cn: str) -> tuple[str, ...]:
    """Names of the editions that know the command."""
    return tuple(name for name, one in profiles().items() if cn in one.commands)
