"""The goal on curves that were not used for tuning: 95 % of what was planted, at most one false alarm a thousand outlet-days."""

import pytest
from tests.evidence.suspicion.measured import measure
from tests.evidence.suspicion.yardstick import make

SEED = 1


@pytest.fixture(scope="module")
def judged():
    return measure(make("judging", clean=10, spells=8, seed=SEED))


def test_planted_tampering_is_found(judged, capsys):
    with capsys.disabled():
        print(f"\n模拟数据 / simulated, judging set, seed {SEED}\n{judged.table()}")
    assert judged.recall >= 0.95
    assert judged.recall_by_meant >= 0.90


def test_no_kind_of_tampering_is_mostly_missed(judged):
    assert [kind for kind, count in judged.planted.items() if judged.found[kind] * 2 < count] == []


def test_clean_outlets_are_left_alone(judged):
    assert judged.clean_days >= 5000
    told = [(one.mn, one.rule.code, one.factor, one.begins, one.en) for one in judged.false]
    assert judged.false_a_thousand_days <= 1, told
