"""Reports that tell their indicators in sentences are read."""

from __future__ import annotations

from hengji.model.table import Status, TableKind, TargetTable
from hengji.reading import read


def of(text: str) -> TargetTable:
    return read(text.encode(), "report.txt")


def test_sentences_that_name_their_parts_are_read_with_actual_and_points() -> None:
    table = of(
        "2024年河道保洁项目支出绩效自评报告\n项目名称：河道保洁项目。\n"
        "1.巡河次数，年初目标值≥59次，实际完成值62次，自评得分10分；\n2.水面洁净率，年初目标值≥95%，实际完成值96%，自评得分8.5分；\n"
        "3.成果通过评审（是/否），年初目标值是，实际完成值是，自评得分6分。\n"
    )
    assert table.kind is TableKind.SELF_EVALUATION
    assert [(i.name, i.annual_target, i.actual, i.points) for i in table.projects[0].indicators] == [
        ("巡河次数", "≥59次", "62次", "10"), ("水面洁净率", "≥95%", "96%", "8.5"), ("成果通过评审（是/否）", "是", "是", "6"),
    ]  # fmt: skip
    assert table.projects[0].name == "河道保洁项目"


def test_names_and_values_behind_the_label_of_their_level_are_read() -> None:
    text = (
        "安排资金36万元，实施河道保洁项目，项目负责人另行公布。现将绩效目标设定如下：\n一、产出指标\n"
        "数量指标：巡河次数为59次，保洁河道长度≥37公里；质量指标：水面洁净率为≥95%。\n二、满意度指标\n服务对象满意度指标：居民满意度＞=90%。\n"
    )
    table = of(text)
    assert [(i.level1, i.level2, i.name, i.annual_target) for i in table.projects[0].indicators] == [
        ("产出指标", "数量指标", "巡河次数", "59次"), ("产出指标", "数量指标", "保洁河道长度", "≥37公里"),
        ("产出指标", "质量指标", "水面洁净率", "≥95%"), ("满意度指标", "服务对象满意度指标", "居民满意度", "＞=90%"),
    ]  # fmt: skip
    assert (table.projects[0].name, str(table.projects[0].funds.total), table.money_unit) == (
        "河道保洁项目",
        "36",
        "万元",
    )
    for indicator in table.projects[0].indicators:
        place = indicator.place_of("annual_target")
        assert text[place.start : place.end] == indicator.annual_target


def test_a_report_that_only_mentions_indicators_is_refused() -> None:
    assert of("本单位重视绩效管理，数量指标：完成较好。\n其余指标见附件。\n").status is Status.REFUSED
