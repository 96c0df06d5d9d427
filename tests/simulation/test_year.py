"""A simulated year: the same for the same seed, valid, labelled, and answering every binding."""

from __future__ import annotations

import dataclasses
import datetime
import json

import pytest
from tests.simulation.invented import SCALE, SEED, YEAR, invented, rows, truth_file, year
from tests.simulation.tiny import bind, table

from hengji.evidence.register import registers
from hengji.simulation import LABEL, scenario, simulate, truth_of

TYPES = {
    "string": str, "integer": int, "boolean": bool, "date": datetime.date, "datetime": datetime.datetime,
}  # fmt: skip


def test_the_same_seed_gives_the_same_bytes():
    again = simulate(*invented(), YEAR, SEED, scale=SCALE)
    assert again.planted == year().planted
    assert again.attachments == year().attachments
    for name, made in year().tables.items():
        assert again.tables[name].equals(made), name


def test_another_seed_gives_other_records():
    other = year(SEED + 1)
    same = [name for name, made in year().tables.items() if other.tables[name].equals(made)]
    # What a scenario fixes wholly is the same in every year; what has any chance in it is not.
    assert {"petition", "online_data", "air_quality", "site_visit", "payment", "survey_response"}.isdisjoint(same)
    assert other.planted != year().planted


def test_every_register_has_records_and_every_column():
    assert year().tables.keys() == registers().keys()
    for name, register in registers().items():
        assert year().tables[name].num_rows > 0, name
        assert year().tables[name].column_names == [f.name for f in register.fields]


@pytest.mark.parametrize("name", sorted(registers()))
def test_every_record_is_valid_by_its_register(name):
    keys = set()
    fields = registers()[name].fields
    for row in rows()[name]:
        keys.add(row["source_key"])
        for field in fields:
            value = row.get(field.name)
            if value is None:
                assert not field.required, (field.name, row)
                continue
            if field.type in TYPES:
                assert type(value) is TYPES[field.type], (field.name, value)
            if field.enum:
                assert value in field.enum, (field.name, value)
    assert len(keys) == len(rows()[name])


def test_every_record_and_the_truth_say_that_they_are_simulated():
    for name, found in rows().items():
        assert {r["source_system"] for r in found} == {LABEL}, name
    assert truth_file()["label"] == LABEL
    assert truth_file()["simulated"] is True
    assert all("模拟数据" in text.decode() for text in year().attachments.values())


def test_people_are_only_pseudonyms():
    for name, register in registers().items():
        for field in register.fields:
            if field.personal:
                values = {r.get(field.name) for r in rows()[name]} - {None}
                assert all(any(c.isdigit() for c in v) and len(v) < 16 for v in values), (name, field.name)


def test_every_confirmed_binding_is_answered():
    answers = truth_file()["indicators"]
    assert len(answers) == len(invented()[1])
    assert [a for a in answers if a["status"] not in ("ok", "partly", "attested") or a["value"] is None] == []


def test_most_targets_are_met_and_some_are_not():
    met = [
        float(a["value"]) >= 100
        for a, b in zip(truth_file()["indicators"], _in_order(), strict=True)
        if b.measure in ("ratio_within_deadline", "pass_rate", "completion_rate", "response_rate")
    ]
    assert 0 < sum(met) < len(met)


def _in_order():
    bound = {(b.project, b.indicator): b for b in invented()[1]}
    return [bound[p.name, i.number] for p in invented()[0].projects for i in p.indicators]


def test_the_truth_can_be_told_of_the_middle_of_the_year():
    june = truth_file(datetime.date(YEAR, 6, 30))
    assert june["as_of"] == "2024-06-30"
    by_end = {(a["project"], a["number"]): a for a in truth_file()["indicators"]}
    in_june = {(a["project"], a["number"]): a for a in june["indicators"]}
    assert float(in_june["监测项目", 8]["value"]) < float(by_end["监测项目", 8]["value"])
    assert json.loads(json.dumps(june, ensure_ascii=False)) == june


def test_nothing_that_has_happened_is_dated_after_the_year():
    end = datetime.date(YEAR, 12, 31)
    for name, register in registers().items():
        dated = [
            f.name for f in register.fields
            if f.type in ("date", "datetime") and not f.future and f.name not in ("recorded_at", "received_at")
        ]  # fmt: skip
        for row in rows()[name]:
            for field in dated:
                value = row.get(field)
                day = value.date() if isinstance(value, datetime.datetime) else value
                assert day is None or day <= end, (name, field, row)


def test_last_year_is_there_for_what_is_compared_with_it():
    for name, field in (("petition", "received_on"), ("comparison_test", "tested_on"), ("enforcement_case", "filed_on"),
                        ("site_visit", "visited_on"), ("air_quality", "hour"), ("city_ranking", "published_on")):  # fmt: skip
        assert {r[field].year for r in rows()[name]} == {YEAR - 1, YEAR}, name


def test_money_ties_to_the_table():
    table = invented()[0]
    for project in table.projects:
        approved = sum(r["amount"] for r in rows()["budget"] if r["project"] == project.name)
        assert approved == project.funds.total * 10000
        paid = sum(r["amount"] for r in rows()["payment"] if r["project"] == project.name)
        assert 0 < paid <= approved


def test_attestations_have_their_attachments():
    named = {r["attachment"] for r in rows()["attestation"]}
    assert named == year().attachments.keys()


def test_without_any_binding_every_register_still_has_records():
    bare = simulate(invented()[0], (), YEAR, SEED, scale=SCALE)
    assert [name for name, made in bare.tables.items() if made.num_rows == 0 and name != "attestation"] == []


def test_a_binding_that_nobody_confirmed_asks_for_nothing():
    unconfirmed = [dataclasses.replace(b, confirmed_by=None) for b in invented()[1]]
    simulated = simulate(invented()[0], unconfirmed, YEAR, SEED, scale=SCALE)
    assert simulated.tables["vehicle_test"].num_rows == scenario()["registers"]["vehicle_test"]["rows"]
    answers = truth_of(simulated, invented()[0], unconfirmed)["indicators"]
    assert {a["status"] for a in answers} == {"insufficient"}


def test_a_count_of_any_register_finds_what_its_target_names():
    apart = {name for name, profile in scenario()["registers"].items() if profile.get("made_apart")}
    asked = [name for name in registers() if name not in apart]
    bindings = [
        dataclasses.replace(
            bind(
                "count_records", n + 1, register=name, filter={"project": "项目甲"}, date=register.time or "valid_from"
            ),
            target="≥30",
        )
        for n, (name, register) in enumerate((name, registers()[name]) for name in asked)
    ]
    simulated = simulate(table(len(asked)), bindings, YEAR, SEED, scale=SCALE)
    answers = truth_of(simulated, table(len(asked)), bindings)["indicators"]
    found = {name: int(a["value"]) for name, a in zip(asked, answers, strict=True)}
    assert {name: n for name, n in found.items() if not 27 <= n <= 40} == {}


def test_a_field_that_does_not_exist_is_refused():
    wrong = dataclasses.replace(invented()[1][0], params={"register": "site_visit", "filter": {"colour": "红"}})
    with pytest.raises(KeyError, match="colour"):
        simulate(invented()[0], (wrong,), YEAR, SEED, scale=SCALE)


def test_the_scale_changes_how_many_records_there_are():
    settings = scenario()
    more = simulate(invented()[0], (), YEAR, SEED, scale=0.2, settings=settings)
    less = simulate(invented()[0], (), YEAR, SEED, scale=0.1, settings=settings)
    assert more.tables["online_data"].num_rows > 1.7 * less.tables["online_data"].num_rows
    assert more.tables["petition"].num_rows > 1.7 * less.tables["petition"].num_rows
