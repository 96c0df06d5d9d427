"""Last year's values against next year's targets."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengji.evidence.outlook import Outlook, Prospect, outlook
from hengji.model.binding import Actual, ActualStatus
from hengji.model.table import Indicator, Project, Source, TargetTable


def seen(target: str | None, value: str | None, unit: str = "%", *, instead: str | None = None) -> Outlook:
    table = TargetTable(
        Source("t.txt", "0" * 64, "text/plain"),
        projects=(Project("巡查", (Indicator(1, "完成率", annual_target=target),)),),
    )
    status = ActualStatus.OK if value is not None else ActualStatus.INSUFFICIENT
    number = None if value is None else Decimal(value)
    last = Actual("巡查", 7, "完成率", "pass_rate", status, number, unit, instead=instead)
    (one,) = outlook([last], table, tolerance=Decimal("0.1"))
    return one


@pytest.mark.parametrize(
    ("target", "value", "unit", "prospect"),
    [
        ("≥90%", "91", "%", Prospect.ACHIEVABLE),
        ("≥90%", "89.99", "%", Prospect.OUT_OF_REACH),
        ("≥90%", "95", "%", Prospect.TOO_SOFT),
        ("≥90%", "94.99", "%", Prospect.ACHIEVABLE),
        ("100%", "100", "%", Prospect.ACHIEVABLE),
        ("≤5起", "3", "起", Prospect.TOO_SOFT),
        ("≤5起", "6", "起", Prospect.OUT_OF_REACH),
        ("不少于10次", "13", "次", Prospect.TOO_SOFT),
        ("不少于10次", "12", "次", Prospect.ACHIEVABLE),
        ("约85家", "80", "家", Prospect.ACHIEVABLE),
        ("有效提升", "80", "%", Prospect.UNMEASURABLE),
        ("≥90%", "91", "件", Prospect.UNKNOWN),
    ],
)
def test_a_target_is_told_from_what_was_reached(target: str, value: str, unit: str, prospect: Prospect) -> None:
    assert seen(target, value, unit).prospect is prospect


def test_without_a_number_of_last_year_nothing_is_said() -> None:
    assert seen("≥90%", None).prospect is Prospect.UNKNOWN
    assert seen(None, "90").prospect is Prospect.UNMEASURABLE


def test_what_the_binding_judges_instead_of_the_printed_value_is_judged_again() -> None:
    assert seen("按合同要求完成", "96").prospect is Prospect.UNMEASURABLE
    assert seen("按合同要求完成", "96", instead="≥95%").prospect is Prospect.ACHIEVABLE


def test_an_indicator_that_is_new_has_nothing_to_compare_with() -> None:
    table = TargetTable(
        Source("t.txt", "0" * 64, "text/plain"),
        projects=(Project("巡查", (Indicator(1, "新指标", annual_target="≥1次"),)),),
    )
    (one,) = outlook([], table, tolerance=Decimal(0))
    assert (one.prospect, one.last) == (Prospect.UNKNOWN, None)
