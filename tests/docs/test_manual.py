"""The manual has a page for everything, and the readmes name only commands and options that exist."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from hengji.cli import app
from hengji.dossier.bulk.faults import FAULTS as FAULTS_OF_BULK
from hengji.evidence.measures import SHAPES
from hengji.evidence.register import registers
from hengji.evidence.suspicion.catalogue import RULES as SUSPICIONS
from hengji.gateway.commands import app as reception
from hengji.reading import FAULTS
from hengji.review import RULES
from hengji.scoring.monitoring_checks import CHECKS
from hengji.scoring.self_faults import FAULTS as FAULTS_OF_EVALUATIONS
from hengji.targets import KINDS

ROOT = Path(__file__).parents[2]


def commands(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by the words that one types, those of groups too."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{before}{name} ")
        else:
            yield before + name, command


COMMANDS = dict(commands(typer.main.get_command(app))) | dict(commands(typer.main.get_command(reception)))
COMMANDS["gateway"] = COMMANDS.pop("gateway serve")  # as one types it


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("manual") / "pages"
    module.main(folder)
    return folder


@pytest.mark.parametrize(
    ("overview", "names"),
    [
        ("rules", [r.code for r in RULES]),
        ("faults", [f.code for f in (*FAULTS, *FAULTS_OF_BULK)]),
        ("checks", [*FAULTS_OF_EVALUATIONS, *(c.code for c in CHECKS)]),
        ("kinds", [k.kind.value for k in KINDS]),
        ("measures", list(SHAPES)),
        ("suspicion", [r.code for r in SUSPICIONS]),
        ("registers", list(registers())),
        ("commands", [name.replace(" ", "-") for name in COMMANDS]),
    ],
)
def test_every_rule_fault_kind_measure_register_and_command_has_a_page_that_its_overview_links_to(
    manual, overview, names
):
    said = (manual / f"{overview}.md").read_text(encoding="utf-8")
    for name in names:
        assert f"({overview}/{name}.md)" in said
        assert (manual / overview / f"{name}.md").read_text(encoding="utf-8").startswith("# ")


def test_a_rules_page_has_both_languages_examples_and_what_it_rests_on(manual):
    page = (manual / "rules" / "T28.md").read_text(encoding="utf-8")
    for shown in (
        "同一项目指标值互相矛盾",
        "contradictory targets",
        "出处待核",
        "在线数据传输率达90%以上",
        "## 不会指出的",
    ):
        assert shown in page


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_only_commands_and_options_that_exist(readme):
    said = (ROOT / readme).read_text(encoding="utf-8")
    used = re.findall(r"hengji (\w[^\n#`]*)", "\n".join(re.findall(r"```\n(.*?)```", said, re.DOTALL)))
    assert used
    for line in used:
        words = line.split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
        options = {o for p in COMMANDS[name].params for o in p.opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= options, line
