"""Two evaluations held against each other: what changed, why, worst first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from tests.forms.evaluated import monitored, self_evaluation

from hengji.model.evaluation import Evaluation, Light
from hengji.model.finding import Finding, Severity
from hengji.model.review import Grade
from hengji.scoring.difference import Change, difference
from hengji.scoring.difference_inputs import Entry, Input, Side

INPUTS = {"table": "t", "changes": {"entries": 1, "sha256": "c"}, "bindings": "b", "settings": "s", "batches": ["x/1"],
          "pack": {"name": "p", "files": {"p/a.toml": "1"}}, "previous": None}  # fmt: skip
CORRECTED = Entry(2, "2025-01-06", "张三", "target_change", "=污水处理设施运行维护", 2, "经批准下调")


def side(
    evaluation: Evaluation | None = None, *, code: str = "1", entries: tuple[Entry, ...] = (), **inputs: object
) -> Side:
    return Side("某年度", evaluation or self_evaluation(), {**INPUTS, **inputs}, code, entries)


def with_line(n: int, **changed: object) -> Evaluation:
    made = self_evaluation()
    first, *rest = made.projects
    lines = tuple(replace(line, **changed) if line.number == n else line for line in first.lines)
    return replace(made, projects=(replace(first, lines=lines), *rest))


def with_totals(*totals: str | None) -> Evaluation:
    made = self_evaluation()
    projects = tuple(
        replace(made.projects[0], name=f"项目{k}", total_points=None if t is None else Decimal(t))
        for k, t in enumerate(totals)
    )
    return replace(made, projects=projects)


def test_an_evaluation_does_not_differ_from_itself():
    found = difference(side(), side())
    assert (found.causes, found.projects, found.gone, found.new, found.same) == ((), (), (), (), 2)
    assert not found.unexplained


def test_a_changed_line_is_told_with_both_values_and_by_how_much():
    (project,) = difference(
        side(), side(with_line(2, points=Decimal(25), actual="95%"), batches=["x/1", "x/2"])
    ).projects
    (line,) = project.lines
    assert (line.number, line.changes) == (
        2, (Change("实际完成值", "81.00%", "95%"), Change("得分", "22.5", "25", Decimal("2.5"))),
    )  # fmt: skip
    assert line.because == (Input.BATCHES,)


def test_points_of_the_same_actual_value_come_from_the_pack_and_not_from_new_records():
    a, b = side(), side(with_line(2, points=Decimal(20)), batches=["x/2"], pack={"name": "q", "files": {}})
    (project,) = difference(a, b).projects
    assert project.lines[0].because == (Input.PACK,)


def test_an_entry_that_names_the_line_is_told_with_who_and_why():
    changes = {"entries": 2, "sha256": "d"}
    found = difference(side(), side(with_line(2, target="75%以上"), entries=(CORRECTED,), changes=changes))
    (line,) = found.projects[0].lines
    assert line.because == (Input.CHANGES,)
    assert line.entries == (CORRECTED,)
    assert found.causes[0].details == (CORRECTED.zh,)
    assert "张三" in CORRECTED.zh
    assert "经批准下调" in CORRECTED.zh


def test_figures_that_differ_though_no_input_does_are_called_unexplained():
    found = difference(side(), side(with_line(2, points=Decimal(25))))
    assert found.unexplained
    assert found.projects[0].lines[0].because == ()


def test_each_input_that_differs_is_named_with_what_of_it():
    b = side(
        table="u",
        bindings="c",
        settings="z",
        code="2",
        batches=["x/9", "y/1"],
        pack={"name": "p", "files": {"p/a.toml": "2"}},
    )
    told = {c.input: c.details for c in difference(side(), b).causes}
    assert set(told) == {Input.TABLE, Input.BINDINGS, Input.SETTINGS, Input.CODE, Input.BATCHES, Input.PACK}
    assert told[Input.BATCHES] == ("− x 1", "+ x 9", "+ y 1")
    assert told[Input.PACK] == ("文件 p/a.toml 不同",)
    assert told[Input.CODE] == ("1 → 2",)


def test_entries_of_two_packs_and_bindings_of_two_dossiers_are_named_one_by_one():
    key = ("=污水处理设施运行维护", 2)
    a = replace(side(), laws={"cut_offs": "90", "same": "1"}, bindings={key: "count"})
    b = replace(side(bindings="x", pack={"name": "q"}), laws={"cut_offs": "80", "same": "1"}, bindings={key: "rate"})
    told = {c.input: c.details for c in difference(a, b).causes}
    assert told[Input.PACK] == ("cut_offs：90 → 80",)
    assert told[Input.BINDINGS] == ("“=污水处理设施运行维护”第2项：count → rate",)


def test_projects_stand_worst_first_and_one_that_lost_its_total_before_all_others():
    a, b = with_totals("90", "90", "90", "90"), with_totals("95", "60", None, "89")
    found = difference(side(a), side(b))
    assert [p.name for p in found.projects] == ["项目2", "项目1", "项目3", "项目0"]
    assert [p.loss for p in found.projects] == [None, 30, 1, -5]


def test_in_monitoring_a_darker_light_stands_first():
    made = monitored()
    a = replace(made, projects=tuple(replace(made.projects[0], name=n, light=Light.GREEN) for n in "甲乙"))
    lights = {"甲": Light.YELLOW, "乙": Light.RED}
    b = replace(a, projects=tuple(replace(p, light=lights[p.name]) for p in a.projects))
    assert [p.name for p in difference(side(a), side(b)).projects] == ["乙", "甲"]


def test_a_project_that_is_gone_and_one_that_came_are_told_and_a_renamed_one_is_the_same():
    a = with_totals("90", "90")
    gone = difference(side(a), side(replace(a, projects=a.projects[:1])))
    assert [(p.name, p.there) for p in gone.projects] == [("项目1", "a")]
    renamed = replace(a, projects=(replace(a.projects[0], name="新名"), a.projects[1]))
    (project,) = difference(side(a), side(renamed)).projects
    assert project.changes == (Change("项目名称", "项目0", "新名"),)


def test_a_line_that_is_gone_and_one_that_came_are_told():
    made = self_evaluation()
    fewer = replace(made, projects=(replace(made.projects[0], lines=made.projects[0].lines[:2]), made.projects[1]))
    assert [(li.number, li.there) for li in difference(side(), side(fewer)).projects[0].lines] == [(3, "a")]
    assert [(li.number, li.there) for li in difference(side(fewer), side()).projects[0].lines] == [(3, "b")]


def test_findings_that_are_gone_and_that_are_new_are_told():
    one, two = Finding("S01", Severity.ERROR, "一", "one"), Finding("S02", Severity.ERROR, "二", "two")
    found = difference(
        side(replace(self_evaluation(), findings=(one,))), side(replace(self_evaluation(), findings=(two,)))
    )
    assert (found.gone, found.new) == ((one,), (two,))


@st.composite
def evaluations(draw: st.DrawFn) -> Evaluation:
    made = self_evaluation()
    first, second = made.projects
    lines = tuple(
        replace(
            line,
            points=draw(st.none() | st.decimals(0, 50, places=2)),
            actual=draw(st.none() | st.sampled_from(["1", "2"])),
        )
        for line in first.lines
        if draw(st.booleans())
    )
    total, grade = draw(st.none() | st.decimals(0, 100, places=2)), draw(st.none() | st.sampled_from(Grade))
    changed = replace(
        first, lines=lines, total_points=total, grade=grade, name=draw(st.sampled_from(["甲", first.name]))
    )
    return replace(made, projects=draw(st.sampled_from([(changed, second), (second, changed), (changed,), ()])))


@given(evaluations(), evaluations())
def test_the_other_way_round_the_same_is_told_the_other_way_round(a, b):
    there = {p.name: p for p in difference(side(a), side(b)).projects}
    back = {p.name: p for p in difference(side(b), side(a)).projects}
    assert len(there) == len(back)
    for name, one in there.items():
        if one.there == "both" and name in back:
            mirrored = {(c.what, c.b, c.a) for c in back[name].changes}
            assert {(c.what, c.a, c.b) for c in one.changes} == mirrored
            assert len(one.lines) == len(back[name].lines)


@given(evaluations())
def test_no_evaluation_differs_from_itself(one):
    found = difference(side(one), side(one))
    assert (found.projects, found.same) == ((), len(one.projects))
