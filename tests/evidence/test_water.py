"""Water by its worst item, what is not detected, and the sets of items."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from hengji.evidence.errors import EvidenceError
from hengji.evidence.standards import water
from hengji.evidence.standards.water import Measured, NonDetect

ON = datetime.date(2024, 5, 8)


def results(**by_item: str) -> dict[str, Measured]:
    """A value as it is written; one that begins with < is a detection limit."""
    return {
        item: Measured(None, Decimal(text[1:])) if text.startswith("<") else Measured(Decimal(text))
        for item, text in by_item.items()
    }


@pytest.mark.parametrize(
    ("values", "name", "items"),
    [
        ({"氨氮": "0.15", "溶解氧": "7.5"}, "Ⅰ", ("氨氮", "溶解氧")),
        ({"氨氮": "0.16", "溶解氧": "7.5"}, "Ⅱ", ("氨氮",)),
        ({"氨氮": "1.0", "溶解氧": "4.9", "总磷": "0.3"}, "Ⅳ", ("溶解氧", "总磷")),
        ({"氨氮": "2.01", "pH": "7"}, "劣Ⅴ", ("氨氮",)),
        ({"pH": "9.1", "氨氮": "0.1"}, "劣Ⅴ", ("pH",)),
    ],
)
def test_a_sampling_is_of_the_class_of_its_worst_item(
    values: dict[str, str], name: str, items: tuple[str, ...]
) -> None:
    found = water.class_of(results(**values), ON)
    assert (found.name, found.items, found.verified) == (name, items, False)


def test_what_is_not_detected_is_no_worse_than_its_detection_limit() -> None:
    assert water.class_of(results(六价铬="<0.004", 氨氮="0.9"), ON).name == "Ⅲ"
    assert water.class_of(results(六价铬="<0.004"), ON).name == "Ⅰ"


def test_a_detection_limit_above_the_limit_leaves_the_class_open_unless_another_item_is_worse() -> None:
    open_ = water.class_of(results(汞="<0.00009", 氨氮="0.1"), ON)
    assert (open_.name, open_.items) == (None, ("汞",))
    assert water.class_of(results(汞="<0.00009", 氨氮="0.9"), ON).name == "Ⅲ"


def test_half_of_the_detection_limit_may_stand_for_what_is_not_detected() -> None:
    assert water.class_of(results(汞="<0.0001"), ON, NonDetect.HALF).name == "Ⅰ"
    assert water.class_of(results(汞="<0.0002"), ON, NonDetect.HALF).name == "Ⅲ"


def test_neither_value_nor_detection_limit_leaves_the_class_open() -> None:
    assert water.class_of({"氨氮": Measured(None)}, ON).name is None
    assert water.class_of({"溶解氧": Measured(None, Decimal("0.1"))}, ON).name is None
    assert water.class_of({}, ON).name is None


def test_phosphorus_of_a_lake_has_limits_of_its_own() -> None:
    assert [water.class_of(results(总磷="0.1"), ON, lake=lake).name for lake in (False, True)] == ["Ⅱ", "Ⅳ"]


@pytest.mark.parametrize(
    ("item", "value", "wanted"),
    [
        ("氨氮", "1.5", "0.50"),
        ("氨氮", "1.0", None),
        ("pH", "9.9", None),
        ("溶解氧", "1", None),
        ("NH3-N", "2.345", "1.34"),
    ],
)
def test_oxygen_and_ph_have_no_multiple_of_exceedance(item: str, value: str, wanted: str | None) -> None:
    found = water.multiple(item, Decimal(value), "Ⅲ", ON)
    assert found == (None if wanted is None else Decimal(wanted))


def test_sets_of_items_are_dated_and_every_item_has_a_limit() -> None:
    surface, source = water.item_set("surface", ON), water.item_set("source", ON)
    assert (len(surface.items), surface.complete, surface.verified) == (21, True, False)
    assert not {"总氮", "粪大肠菌群", "水温"} & {*surface.items, *source.items}
    assert ("化学需氧量" in source.items, len(source.items), source.complete) == (False, 25, False)
    assert all(water.limit(item, "Ⅲ", ON) for item in (*surface.items, *source.items))
    with pytest.raises(EvidenceError):
        water.item_set("surface", datetime.date(2010, 1, 1))


def test_an_edition_that_begins_inside_a_period_divides_it(monkeypatch: pytest.MonkeyPatch) -> None:
    day = datetime.date
    later = {**water.editions()[0], "from": day(2024, 4, 1)}
    monkeypatch.setattr(water, "editions", lambda: (*_EDITIONS, later))
    assert water.spans(day(2024, 1, 1), day(2024, 12, 31)) == [
        (day(2024, 1, 1), day(2024, 3, 31)), (day(2024, 4, 1), day(2024, 12, 31)),
    ]  # fmt: skip
    assert water.spans(day(2024, 5, 1), day(2024, 12, 31)) == [(day(2024, 5, 1), day(2024, 12, 31))]


_EDITIONS = water.editions()
