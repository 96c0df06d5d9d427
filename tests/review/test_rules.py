"""Every rule against its own examples, and what all messages must be like."""

import datetime
import re

import pytest

from hengji.model.finding import Severity
from hengji.review import RULES, rule
from hengji.review.form import FormLaw
from hengji.review.material import material_of
from hengji.review.practice import Practice

PRACTICE = Practice("national-2020", datetime.date(2024, 1, 1))
FLAGGED = [pytest.param(r, e, id=f"{r.code}-{n}") for r in RULES for n, e in enumerate(r.flagged)]
PASSING = [pytest.param(r, e, id=f"{r.code}-{n}") for r in RULES for n, e in enumerate(r.passing)]
HAN = re.compile(r"[一-鿿]")


def findings(checked, example):
    return list(checked.findings(material_of(example.table, PRACTICE, prior=example.prior)))


@pytest.mark.parametrize(("checked", "example"), FLAGGED)
def test_a_rule_flags_its_flagged_examples(checked, example):
    assert findings(checked, example)


@pytest.mark.parametrize(("checked", "example"), PASSING)
def test_a_rule_lets_its_passing_examples_pass(checked, example):
    assert not [f.zh for f in findings(checked, example)]


def test_the_catalogue_is_whole_and_in_order():
    assert [r.code for r in RULES] == [f"T{n:02}" for n in range(1, 49)]
    assert rule("T27").name == "counted-twice"


def test_names_are_kebab_case_and_not_used_twice():
    names = [r.name for r in RULES]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", n) for n in names)


def test_every_rule_bears_on_an_item_of_the_form():
    items = {str(fields["item"]) for fields in FormLaw(PRACTICE).items}
    assert {r.item for r in RULES} <= items


@pytest.mark.parametrize(("checked", "example"), FLAGGED)
def test_a_message_says_what_where_why_and_what_to_do_in_both_languages(checked, example):
    for found in findings(checked, example):
        seen, _, rest = found.zh.partition("（项目" if found.project else "（全表")
        assert seen
        assert rest.count("。") >= 2
        assert "{" not in found.zh + found.en
        assert found.en
        assert not HAN.search(re.sub("“[^”]*”", "", found.en))
        assert found.cites
        assert found.cites[0].topic


@pytest.mark.parametrize(("checked", "example"), FLAGGED)
def test_a_suggestion_is_concrete_and_leaves_open_what_nobody_can_know(checked, example):
    for found in findings(checked, example):
        assert found.suggestion
        assert len(found.suggestion) > 6


def test_severities_are_those_of_the_catalogue():
    errors = {"T01", "T02", "T05", "T06", "T11", "T12", "T18", "T21", "T27", "T28", "T33", "T45", "T46"}
    infos = {"T14", "T20", "T26", "T32", "T34", "T37", "T41", "T43", "T48"}
    assert {r.code for r in RULES if r.severity is Severity.ERROR} == errors
    assert {r.code for r in RULES if r.severity is Severity.INFO} == infos


def test_a_document_not_yet_in_force_is_not_cited():
    early = Practice("national-2020", datetime.date(2020, 1, 1))
    example = rule("T16").flagged[0]
    cited = next(iter(rule("T16").findings(material_of(example.table, early)))).cites
    assert [c.document for c in cited] == [""]
