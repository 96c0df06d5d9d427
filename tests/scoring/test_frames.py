"""Frames of indicators: formula lines from records, the others from people with evidence, nothing assumed."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.legislation import PackError, pack_named, packs, read_pack
from hengji.model.evaluation import Stage
from hengji.model.review import Grade
from hengji.scoring.frames import department_frame, project_frame
from hengji.scoring.frames_measures import MEASURES, Basis
from hengji.scoring.frames_score import GivenLine, framed
from hengji.scoring.rules import rules_of

from .framed import line, project

ON = datetime.date(2024, 12, 31)
RULES = rules_of("national-2020", ON)
FRAME = project_frame(Stage.DEPARTMENTAL_EVALUATION, "national-2020", ON)
BASIS = Basis((project(),))
CASES = tomllib.loads((Path(__file__).with_name("law_cases") / "frames.toml").read_text("utf-8"))["frame"]


def full(frame=FRAME, **changed):
    """Somebody gave everything, all points of each line."""
    return [
        GivenLine(str(li.number), changed.get(li.name, li.points), "文件", "合格", "甲")
        for li in frame.lines
        if li.measure is None or not BASIS.received
    ]


def codes(made):
    return [f.code for f in made.findings]


@pytest.mark.parametrize("case", CASES, ids=[c["title"] for c in CASES])
def test_a_formula_line_comes_to_what_the_case_says(case):
    lines = [line(*each, number=n) for n, each in enumerate(case.get("lines", []), 1)]
    basis = Basis((project(lines, case.get("money")),), Decimal(case["received"]) if "received" in case else None, 2024)
    measure, points = case["measure"], Decimal(case["points"])
    own = replace(FRAME, lines=(replace(FRAME.lines[0], measure=measure, points=points),), least=None)
    found = framed("项目", own, basis, [], RULES).one.lines[0]
    assert ("待评" if found.points is None else str(found.points)) == case["expected"], found.workings
    assert found.actual == case.get("actual")


def test_no_points_are_assumed_and_every_waiting_line_is_named():
    made = framed("项目", FRAME, BASIS, [], RULES, project=3)
    assert (made.one.total_points, made.one.grade) == (None, None)
    assert codes(made) == ["F01"] * len(FRAME.lines)
    assert "--set project=3 --set line=1" in made.findings[0].zh


def test_points_of_people_add_up_to_the_total_and_the_grade():
    made = framed("项目", FRAME, BASIS, full(实施效益=Decimal("9.5")), RULES)
    assert (made.one.total_points, made.one.grade) == (Decimal("89.50"), Grade.GOOD)
    assert codes(made) == []


def test_a_line_that_does_not_apply_is_left_out_and_the_rest_scaled():
    given_ = [g if g.line != "17" else g._replace(points=None) for g in full(实施效益=Decimal(10))]
    made = framed("项目", FRAME, BASIS, given_, RULES)
    assert made.one.lines[16].not_applicable
    assert made.one.total_points == Decimal("88.89")  # 80 of 90


def test_the_last_points_of_a_line_count():
    made = framed("项目", FRAME, BASIS, [*full(), GivenLine("立项依据充分性", Decimal(1), "文件")], RULES)
    assert made.one.lines[0].points == 1


@pytest.mark.parametrize(
    ("given_", "code"),
    [
        (GivenLine("1", Decimal(5), "文件"), "F02"),
        (GivenLine("1", Decimal(-1), "文件"), "F02"),
        (GivenLine("1", Decimal(4), "  "), "F06"),
        (GivenLine("1", Decimal(4), "文件", grade="差"), "F10"),
        (GivenLine("没有的一项", Decimal(4), "文件"), "F05"),
    ],
)
def test_what_cannot_be_used_is_named_and_the_line_waits(given_, code):
    made = framed("项目", FRAME, BASIS, [given_], RULES)
    assert code in codes(made)
    assert made.one.lines[0].points is None
    assert made.one.total_points is None


def test_points_given_for_what_records_answer_are_not_used_and_it_is_said():
    basis = Basis((project([line("11", "≥10次", "5次", "10", "5")]),))
    made = framed("项目", FRAME, basis, [GivenLine("实际完成率", Decimal(8), "文件", by="甲")], RULES)
    assert made.one.lines[11].points == Decimal("4.00")
    assert "F07" in codes(made)


def test_a_frame_that_does_not_add_up_to_a_hundred_blocks_the_total():
    frame = project_frame(Stage.FISCAL_EVALUATION, "national-2020", ON, {"立项依据充分性": Decimal(5)})
    made = framed("项目", frame, BASIS, full(frame), RULES)
    assert codes(made) == ["F03"]
    assert made.one.total_points is None


def test_outputs_and_benefits_below_sixty_are_refused():
    points = {"实施效益": Decimal(10), "立项依据充分性": Decimal(14)}
    frame = project_frame(Stage.DEPARTMENTAL_EVALUATION, "national-2020", ON, points)
    made = framed("项目", frame, BASIS, full(frame), RULES)
    assert codes(made) == ["F04"]
    assert made.one.total_points is None


@pytest.mark.parametrize("money", [None, ("0", "0", "0")])
def test_a_project_without_money_is_said_once(money):
    made = framed("项目", FRAME, Basis((project(money=money),)), [], RULES)
    assert codes(made).count("F08") == 1


@pytest.mark.parametrize("pack", packs())
def test_every_frame_of_every_pack_adds_up_and_names_measures_that_exist(pack):
    for key in pack_named(pack).keys:
        if not key.endswith(".items") or key.split(".")[0] not in ("frame", "department"):
            continue
        room, name, _ = key.split(".")
        frame = department_frame(pack, ON, name) if room == "department" else FRAME
        assert frame.points == 100
        assert not frame.citation.verified
    assert department_frame(pack, ON).points == 100
    assert project_frame(Stage.FISCAL_EVALUATION, pack, ON).results >= 60


def test_a_pack_whose_frame_does_not_add_up_is_not_loaded():
    text = '[[entry]]\nkey="frame.departmental.items"\nfrom=2020-02-25\ndocument="mof-2020-10"\ntopic="x"\nverified=false\n'
    with pytest.raises(PackError, match="99"):
        read_pack("own", {"f.toml": text + 'value=[{level1="产出", level2="a", name="b", points=99}]'}, base=None)


@given(st.lists(st.integers(0, 4), min_size=17, max_size=17), st.randoms(use_true_random=False))
def test_the_total_is_the_sum_of_the_lines_in_whatever_order_they_were_given(shares, random):
    each = [GivenLine(str(li.number), li.points * s / 4, "文件") for li, s in zip(FRAME.lines, shares, strict=True)]
    shuffled = random.sample(each, len(each))
    made, other = (framed("项目", FRAME, BASIS, g, RULES) for g in (each, shuffled))
    assert made == other
    assert made.one.total_points == sum(li.points or 0 for li in made.one.lines)
    assert 0 <= made.one.total_points <= 100


@given(
    st.lists(st.tuples(st.sampled_from(["11", "12", "13", "21", "31"]), st.integers(0, 10)), max_size=12),
    st.sampled_from(sorted(MEASURES)),
)
def test_a_measure_gives_a_share_between_nothing_and_all_or_says_why_not(each, measure):
    lines = [line(code, "≥10次", f"{done}次", "10", str(done), number=n) for n, (code, done) in enumerate(each, 1)]
    answer = MEASURES[measure](Basis((project(lines),), Decimal(100), 2024))
    assert answer.formula
    assert answer.share is None or 0 <= answer.share <= 1
