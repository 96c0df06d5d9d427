"""Full-width figures and signs that are not seen: recognised like any other, given back as the document prints them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.reading import read
from hengji.reading.plain_text import plain_text

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_REPORT = (
    "项目支出绩效自评报告\n项目名称：某某河道保洁项目。\n"
    "1.保洁河道长度，年初目标值≥25公里，实际完成值26公里，自评得分10分；\n"
    "2.巡河次数，年初目标值≥48次，实际完成值50次，自评得分10分；\n"
    "3.群众满意度，年初目标值≥90%，实际完成值95%，自评得分10分。\n"
)


def test_wide_figures_are_read_like_narrow_ones_and_given_back_wide() -> None:
    printed = _REPORT.translate(_WIDE)
    table = read(printed.encode(), "报告.txt")
    indicators = table.projects[0].indicators
    assert [i.name for i in indicators] == ["保洁河道长度", "巡河次数", "群众满意度"]
    assert [i.annual_target for i in indicators] == ["≥２５公里", "≥４８次", "≥９０%"]
    assert [i.points for i in indicators] == ["１０", "１０", "１０"]


def test_invisible_signs_part_no_word_and_every_place_still_points_into_the_document() -> None:
    printed = _REPORT.replace("目标值", "目\u200b标值").replace("巡河", "巡\u200b河").replace("26公里", "2\ufeff6公里")
    table = read(printed.encode(), "报告.txt")
    for one in table.projects[0].indicators:
        place = one.place_of("actual")
        assert printed[place.start : place.end].replace("\ufeff", "") == one.actual
        assert printed[one.place.start : one.place.end].replace("\u200b", "") == one.name
    assert [i.name for i in table.projects[0].indicators] == ["保洁河道长度", "巡河次数", "群众满意度"]


@pytest.mark.parametrize("sign", ["\u200b", "\u200d", "\ufeff", "\u00ad"])
def test_a_text_without_such_signs_is_its_own_plain_text(sign: str) -> None:
    assert plain_text("指标值９0").text == "指标值90"
    assert plain_text(f"指{sign}标").text == "指标"
    assert plain_text("指标").origin is None


@given(st.text(alphabet="指标9０５．\u200b\ufeff \n", max_size=40))
def test_each_character_of_the_plain_text_knows_where_it_stood(text: str) -> None:
    plain = plain_text(text)
    places = plain.origin if plain.origin is not None else range(len(text))
    assert len(places) == len(plain.text)
    assert all(plain_text(text[at]).text in (c, "．") for c, at in zip(plain.text, places, strict=True))
