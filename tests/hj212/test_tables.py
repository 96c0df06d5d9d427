"""The tables of editions, commands and factors."""

from __future__ import annotations

import pytest

from hengji.hj212.factors import factor, factors
from hengji.hj212.profiles import ANSWERS, NAMES, known_anywhere, of_version, profile


@pytest.mark.parametrize(
    ("code", "name"),
    [("w01018", "化学需氧量"), ("011", "化学需氧量"), ("a24088", "非甲烷总烃"), ("i13007", "截距"), ("LA", "A权声级")],
)
def test_a_code_of_either_edition_has_its_name(code, name):
    assert name in factor(code).name_zh


def test_numbered_devices_are_found_under_their_pattern():
    patterns = [code for code in factors() if code.endswith("xx")]
    assert patterns
    assert all(factor(code[:-2] + "01") is factors()[code] for code in patterns)
    assert factor("i33312") is factors()["i3331x"]
    assert factor("i3331z") is None
    assert factor("nothing") is None


@pytest.mark.parametrize(
    ("cn", "editions"),
    [
        ("2011", NAMES),
        ("2072", ("2005",)),
        ("2081", ("2017", "2017-surface-water", "2025")),
        ("9015", ("2017-surface-water", "2025")),
        ("3014", ("2005", "2017", "2017-surface-water")),
        ("1014", ("2025",)),
        ("7777", ()),
    ],
)
def test_each_edition_knows_its_own_commands(cn, editions):
    assert known_anywhere(cn) == tuple(editions)


def test_one_number_may_mean_another_thing_in_another_edition():
    assert profile("2005").commands["1001"].sender == "host"
    assert profile("2025").commands["1001"].sender == "device"
    assert "1001" not in profile("2017").commands


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_answered_by_a_command_of_its_edition(name):
    for command in profile(name).commands.values():
        assert command.answer is None or command.answer in ANSWERS & set(profile(name).commands)
        assert (command.cn in ANSWERS) == (command.answer is None)


def test_what_was_not_read_in_a_standard_is_marked():
    assert [profile(name).verified for name in NAMES] == [True, True, False, False]


@pytest.mark.parametrize(("version", "name"), [(None, "2005"), (0, "2005"), (1, "2017"), (2, "2025"), (9, "2025")])
def test_flag_names_the_edition(version, name):
    assert of_version(version).name == name
