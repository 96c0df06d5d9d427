"""The command line: thin commands over the rooms below, one file a group."""

from __future__ import annotations

import os
import sys

import typer

from hengji.cli.actions import actions
from hengji.cli.bind import bind
from hengji.cli.bulk import bulk
from hengji.cli.compute import compute, simulate_year
from hengji.cli.diff import diff
from hengji.cli.dossiers import forms, init
from hengji.cli.evidence import evidence_app
from hengji.cli.exchange import exchange
from hengji.cli.explain import explain
from hengji.cli.gateway import gateway, outlets, simulate, suspicion
from hengji.cli.hj212 import hj212_app
from hengji.cli.read import read
from hengji.cli.record import record
from hengji.cli.review import review
from hengji.cli.rollup import rollup
from hengji.cli.score import monitor, score, verify
from hengji.cli.serve import serve
from hengji.cli.targets import target, targets

app = typer.Typer(
    help="衡绩：读懂公布的绩效目标表，逐项核查，生成审核意见。/ Reads published performance-target tables, makes every "
    "promise checkable, reviews them and writes the opinion.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (
    read,
    target,
    targets,
    review,
    init,
    record,
    actions,
    bind,
    simulate_year,
    compute,
    monitor,
    score,
    verify,
    diff,
    rollup,
    bulk,
    forms,
    exchange,
    explain,
):
    app.command(command.__name__.replace("_", "-"))(command)
# Doors of their own: their options are none of ours.
ELSEWHERE = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
for door in (serve, gateway, outlets, suspicion, simulate):
    app.command(door.__name__, context_settings=ELSEWHERE)(door)
app.add_typer(evidence_app, name="evidence")
app.add_typer(hj212_app, name="hj212")


def main() -> None:
    """Entry point of the `hengji` command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing is wrong, nothing is left to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
