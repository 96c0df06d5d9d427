"""The yardstick itself: the same for a seed, apart from the set for tuning, and clean where it says so."""

import tomllib

import duckdb
from tests.evidence.suspicion.yardstick import CLEAN, HERE, make


def table(name):
    return tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))


def test_a_seed_gives_the_same_curves_and_another_one_others():
    assert make("tuning", 1, 1).readings.equals(make("tuning", 1, 1).readings)
    assert not make("tuning", 1, 1, seed=1).readings.equals(make("tuning", 1, 1).readings)


def test_the_judging_set_shares_no_plant_noise_depth_or_seed_with_the_tuning_set():
    one, other = table("tuning"), table("judging")
    assert not {p["name"] for p in one["plant"]} & {p["name"] for p in other["plant"]}
    assert all(one[key] != other[key] for key in ("seed", "slow", "noise", "begin"))
    assert one["tampering"].keys() == other["tampering"].keys()
    assert all(one["tampering"][kind] != other["tampering"][kind] for kind in one["tampering"])


def test_every_character_and_every_kind_is_there_as_often_as_asked():
    found = make("judging", 2, 3)
    assert sorted(found.clean.values()) == sorted(2 * CLEAN)
    assert sorted(s.kind for s in found.spells) == sorted(3 * list(table("judging")["tampering"]))


def test_clean_hours_obey_their_own_order_and_their_minutes():
    readings = make("judging", 3, 0, minutes=1).readings
    assert readings.num_rows > 1_000_000
    broken = duckdb.sql("select count(*) from readings where min > avg + 1e-9 or max < avg - 1e-9").fetchall()
    outside = duckdb.sql(
        """select count(*) from (
             select mn, factor, date_trunc('hour', data_time) as hour, min(min) as low, max(max) as high
             from readings where period = 'minute' group by all) m
           join (select mn, factor, data_time as hour, avg from readings where period = 'hour') h using (mn, factor, hour)
           where avg < low - 0.011 or avg > high + 0.011"""
    ).fetchall()
    assert broken == outside == [(0,)]
