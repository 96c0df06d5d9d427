"""The same thing twice, inside a project and between projects: T27 to T30.

Two indicators of a project are compared pair by pair (projects have tens of indicators); between projects they are
blocked by their measure key, so that the work grows with the number of indicators and not with its square.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import combinations, islice
from typing import NamedTuple

from hengji.model.category import Level2
from hengji.model.finding import Severity
from hengji.model.target import Clause
from hengji.review.examples import project, sheet, table
from hengji.review.likeness import (
    content,
    enumerated,
    figures_in,
    is_generic,
    likely_pairs,
    likeness,
    measure_key,
    overlap,
)
from hengji.review.material import OUTCOME, Item, Job, Material
from hengji.review.practice import Practice
from hengji.review.registry import FORM, MATCHING, QUANTIFIED, REASONABLE, Example, Hit, Words, practice, registered
from hengji.review.signs import is_share, is_yes_no, single
from hengji.review.wording import class_en, figure, quoted, subject

_ENOUGH = 4  # letters below which a text says too little to be compared
_SHOWN = 3  # other places named in one message
_TELLING = 10  # a count from here on is not equal by accident


def _said(item: Item) -> str:
    """What the indicator speaks of: the value's own words where it has enough of them, else the name."""
    value = content(item.text)
    return value if len(value) >= _ENOUGH and not is_yes_no(item) else content(item.predicate)


def _figure(item: Item) -> tuple[str, str, str] | None:
    clause = single(item)
    if clause is None:
        return None
    per = f"{clause.per.n}{clause.per.unit}" if clause.per else ""
    return figure(clause), "%" if is_share(clause) else (clause.unit or clause.unit_inferred or ""), per


def _same_thing(one: Item, other: Item, job: Job, rules: Practice) -> bool:
    """Whether two indicators of a project ask for the same thing with the same figure."""
    if figures_in(one.predicate) != figures_in(other.predicate):
        return False
    if (one.level2 is Level2.TIMELINESS) != (other.level2 is Level2.TIMELINESS):
        return False  # how much and when are two questions about one thing
    first, second = _figure(one), _figure(other)
    if first is None or second is None or first != second:
        return one.text == other.text and len(content(one.text)) >= 2 * _ENOUGH
    names = content(one.predicate), content(other.predicate)
    if names[0] == names[1] and len(names[0]) >= 2:
        return True
    texts = content(one.text), content(other.text)
    if enumerated(*texts) or enumerated(*names):
        return False
    if min(map(len, texts)) >= _ENOUGH and max(likeness(*texts), _contained(*texts)) >= rules.similar():
        return True
    apart = (one.level2 in OUTCOME) != (other.level2 in OUTCOME)
    said = _said(one), _said(other)
    if apart and min(map(len, said)) >= _ENOUGH and overlap(*said) >= rules.similar():
        return True
    telling = first[1] != "%" and single_number(one) >= _TELLING
    if apart and telling and overlap(*said) >= rules.similar("akin_percent"):
        return True
    return bool(first[2]) and one.level2 is other.level2 and _shared_term(one, other, job)


def _contained(one: str, other: str) -> float:
    """Overlap, where the shorter text has substance of its own."""
    return overlap(one, other) if min(len(one), len(other)) >= _ENOUGH + 2 else 0.0


def single_number(item: Item) -> float:
    """The number of the one clause, for comparing sizes; 0 when there is none."""
    clause = single(item)
    return float(clause.number) if clause and clause.number is not None else 0.0


def _shared_term(one: Item, other: Item, job: Job) -> bool:
    """A term of three letters or more that only these two names of the project have."""
    first, second = content(one.predicate), content(other.predicate)
    rest = " ".join(content(i.predicate) for i in job.items if i is not one and i is not other)
    terms = (first[n : n + 3] for n in range(len(first) - 2))
    return any(t in second and t not in rest for t in terms)


@registered(
    code="T27",
    name="counted-twice",
    title="同一事项重复设为指标",
    title_en="same thing counted twice",
    severity=Severity.ERROR,
    zh=Words(
        "与第{first}项“{first_name}”（{first_class}，指标值“{first_value}”）是同一件事，指标值“{value}”也相同",
        "一件事在几类指标里重复计分，完成一次得几次分",
        "请只留最合适的一项，其他类别改写真正属于该类的内容",
    ),
    en=Words(
        (
            "the same as indicator {first} “{first_name}” ({first_class_en}, "
            "value “{first_value}”), with the same value “{value}”"
        ),
        "One result would earn points several times",
        "Keep one and fill the other class with what belongs there",
    ),
    cites=(FORM, practice("重复指标")),
    item="指标科学性",
    flagged=(
        sheet(
            ("12", "确保水源水质稳定达标", "河道饮用水水源水质达标达到100%。"),
            ("23", "取水口水质不受影响", "饮用水水质100%达标"),
        ),
        sheet(("11", "帮扶污染源数", "≥450家"), ("21", "提高治理水平", "提出建议污染源数≥450家")),
        sheet(("11", "监控质控样对比数量", "每季度一次"), ("11", "季度质控样试验", "每季度一次")),
    ),
    passing=(
        sheet(
            ("12", "监测报告质量审查有效率", "报告审查通过率100%"),
            ("12", "监测数据质量审查有效率", "数据审查通过率100%"),
        ),
        sheet(("11", "东片巡查", "东片河道巡查每月1次"), ("11", "西片巡查", "西片河道巡查每月1次")),
        sheet(("11", "技术服务数量（2023年）", "250个"), ("11", "技术服务数量（2024年）", "250个")),
        sheet(("11", "水上应急演练", "不少于1次"), ("13", "按期开展水上应急演练", "2024年12月前")),
    ),
)
def counted_twice(material: Material) -> Iterator[Hit]:
    """Same figure and much the same words; each repeat is reported once, against the first of its kind."""
    rules = material.practice
    for job in material.jobs:
        items = [i for i in job.items if i.targets and not i.unnamed]
        texts = [(content(i.predicate), content(i.text)) for i in items]
        periodic = [n for n, i in enumerate(items) if (c := single(i)) and c.per]
        pairs = {*likely_pairs(texts, rules.similar("akin_percent")), *combinations(periodic, 2)}
        repeated: set[int] = set()
        for one, other in sorted(pairs):
            if one not in repeated and other not in repeated and _same_thing(items[one], items[other], job, rules):
                repeated.add(other)
                suggestion = _instead(items[other], items[one], rules)
                yield Hit(items[other], values=_pointing(items[one]), suggestion=suggestion)


def _pointing(first: Item) -> dict[str, object]:
    return {
        "first": first.indicator.number, "first_name": quoted(first.name), "first_value": quoted(first.text),
        "first_class_en": class_en(first.level2),
        "first_class": first.level2.zh if first.level2 else first.indicator.level2 or "未分类",
    }  # fmt: skip


def _instead(second: Item, first: Item, rules: Practice) -> str:
    if second.level2 is first.level2:
        about = subject(second, rules)
        return f"第{first.indicator.number}项保留；本项删去，或改为结果要求，如“{about}合格率≥【…】%”"
    filed = second.level2.zh if second.level2 else "本类"
    return f"第{first.indicator.number}项保留；{filed}改写为由此带来的【…】，如“【…】由【…】变为【…】”，没有的删去本项"


@registered(
    code="T28",
    name="contradiction",
    title="同一项目指标值互相矛盾",
    title_en="contradictory targets in one project",
    severity=Severity.ERROR,
    zh=Words(
        "指标值“{value}”与同一项目第{first}项“{first_name}”的“{first_value}”不一致",
        "同一指标两个目标，按哪个考核说不清，低的一个会架空高的",
        "两项若口径不同请在名称中写明；若相同请统一取值",
    ),
    en=Words(
        "the value “{value}” differs from “{first_value}” of indicator {first} “{first_name}” in the same project",
        "With two targets for one measure the lower one undoes the higher",
        "If they are different things, say so in the names; if not, use one value",
    ),
    cites=(FORM, QUANTIFIED),
    item="明确清晰性",
    flagged=(
        sheet(("12", "在线数据传输率", "在线数据传输率达90%以上"), ("23", "监控设备总体传输率达标", "有效传输率为75%")),
        sheet(("12", "案件办结率", "≥90%"), ("22", "案件办结率", "100%")),
    ),
    passing=(
        sheet(("12", "小学入学率", "≥99%"), ("12", "中学入学率", "≥95%")),
        sheet(("12", "甲线数据传输率", "≥99%"), ("12", "乙线数据传输率", "≥95%")),
        sheet(("12", "巡检合格率（第一季度）", "≥90%"), ("12", "巡检合格率（第二季度）", "≥95%")),
    ),
)
def contradiction(material: Material) -> Iterator[Hit]:
    """The same rate (by name, synonym or the value's own measure) with another figure, against the first such one."""
    for job in material.jobs:
        by_measure: dict[str, list[_Rate]] = {}
        for item in job.items:
            clause = single(item)
            if clause is not None and is_share(clause) and not item.unnamed:
                for key, bare in _keys(item, clause, material.practice):
                    by_measure.setdefault(key, []).append(_Rate(item, clause, bare))
        reported: set[int] = set()
        for same in by_measure.values():
            for n, rate in enumerate(same):
                before = next((s for s in same[:n] if _contradicts(s, rate)), None)
                if before and id(rate.item) not in reported:
                    reported.add(id(rate.item))
                    yield Hit(rate.item, values=_pointing(before.item), suggestion=_settled(before, rate))


class _Rate(NamedTuple):
    """A rate of a project. `bare`: it may be compared under this key whatever the other one is."""

    item: Item
    clause: Clause
    bare: bool


def _keys(item: Item, clause: Clause, rules: Practice) -> Iterator[tuple[str, bool]]:
    """What a rate measures: its own measure or name; and the measure without its subject, for one that names none.

    有效传输率 stands beside 在线数据传输率, but 甲线数据传输率 is not 乙线数据传输率.
    """
    metric = clause.metric if clause.metric and rules.says("rate_name", clause.metric) else None
    key = measure_key(metric or item.predicate, rules)
    figures = "|".join(figures_in(item.predicate))
    if len(key) >= _ENOUGH - 1:
        yield f"{key}|{figures}", True
    heads = (group[0] for group in rules.groups("same_measure") if len(group[0]) > _ENOUGH)
    for head in heads:
        if key.endswith(head):
            yield f"…{head}|{figures}", key == head


def _contradicts(one: _Rate, other: _Rate) -> bool:
    if one.clause.number == other.clause.number or not (one.bare or other.bare):
        return False
    return not (one.clause.scope and other.clause.scope and one.clause.scope != other.clause.scope)


def _settled(one: _Rate, other: _Rate) -> str:
    higher = max(one.clause, other.clause, key=lambda clause: clause.number or 0)
    return (
        f"两项统一为“≥【{figure(higher)}】%（口径：…）”；口径不同的，名称分别写明，"
        f"如“{quoted(one.item.predicate, 18)}（全部对象）”“{quoted(other.item.predicate, 18)}（…）”"
    )


@registered(
    code="T29",
    name="differing-targets",
    title="不同项目同一指标目标不同",
    title_en="same indicator, different target across projects",
    severity=Severity.WARNING,
    zh=Words(
        "指标值“{value}”，而{others}的同名指标为{values}",
        "同一单位对同一件事给了两个标准，低的一个难以说明理由",
        "请统一取值，确有不同的在名称中写明对象或范围",
    ),
    en=Words(
        "the value is “{value}”, while the same indicator in {others_en} has {values_en}",
        "One unit sets two standards for one thing",
        "Use one value, or name the scope that makes them differ",
    ),
    cites=(REASONABLE, practice("项目间一致性")),
    item="绩效合理性",
    flagged=(
        Example(
            table(
                project(("22", "环保信访投诉办结率", "≥90%"), name="甲项目"),
                project(("22", "环保信访投诉办结率", "100%"), name="乙项目"),
            )
        ),
    ),
    passing=(
        Example(
            table(
                project(("13", "工作完成及时率", "≥90%"), name="甲项目"),
                project(("13", "工作完成及时率", "100%"), name="乙项目"),
            )
        ),
        Example(
            table(project(("11", "培训场次", "3场"), name="甲项目"), project(("11", "培训场次", "5场"), name="乙项目"))
        ),
    ),
)
def differing_targets(material: Material) -> Iterator[Hit]:
    """The same specific rate in several projects with different figures; general names may differ."""
    for group in _across(material, rates=True):
        by_figure: dict[str, list[Item]] = {}
        for item in group:
            if clause := single(item):
                by_figure.setdefault(figure(clause), []).append(item)
        if len(by_figure) < 2:
            continue
        top = max(by_figure, key=Decimal)
        for own in by_figure:
            different = [i for number, items in by_figure.items() if number != own for i in items]
            for item in by_figure[own]:
                if any(o.project != item.project for o in islice(different, _SHOWN)):
                    yield Hit(
                        item,
                        values=_others(item, different, material),
                        suggestion=f"{item.name}统一为≥【{top}】%，或写成“{item.name}（【范围】）”",
                    )


@registered(
    code="T30",
    name="result-claimed-twice",
    title="几个项目申报同一结果",
    title_en="two projects claim one result",
    severity=Severity.WARNING,
    zh=Words(
        "名称和指标值“{value}”与{others}相同",
        "同一结果由几个项目各报一次，资金与绩效对不上，自评会重复得分",
        "请归到主要负责的项目，其他项目写各自承担的部分",
    ),
    en=Words(
        "name and value “{value}” are the same as in {others_en}",
        "One result is claimed by several projects, so money and result do not match",
        "Leave it with the project in charge; let the others state their own part",
    ),
    cites=(MATCHING, practice("项目间一致性")),
    item="资金匹配性",
    flagged=(
        Example(
            table(
                project(("22", "监测数据公开度", "100%"), name="甲项目"),
                project(("22", "监测数据公开度", "100%"), name="乙项目"),
            )
        ),
    ),
    passing=(
        Example(
            table(
                project(("12", "验收合格率", "100%"), name="甲项目"),
                project(("12", "验收合格率", "100%"), name="乙项目"),
            )
        ),
        Example(
            table(
                project(("11", "道路清扫面积", "100亩"), name="甲项目"),
                project(("11", "绿地养护面积", "100亩"), name="乙项目"),
            )
        ),
    ),
)
def result_claimed_twice(material: Material) -> Iterator[Hit]:
    """Same specific name and same value in several projects."""
    for group in _across(material, rates=False):
        by_value: dict[str, list[Item]] = {}
        for item in group:
            by_value.setdefault(content(item.text) + str(_figure(item)), []).append(item)
        for same in by_value.values():
            if len({i.project for i in same}) < 2:
                continue
            for item in same:
                yield Hit(
                    item,
                    values=_others(item, same, material),
                    suggestion=(
                        f"名称写明本项目承担的部分，如“{quoted(item.name)}（"
                        f"{quoted(material.jobs[item.project - 1].project.name, 16)}承担部分）”，指标值【…】"
                    ),
                )


def _across(material: Material, *, rates: bool) -> Iterator[Sequence[Item]]:
    """Groups of one specific name in two or more projects."""
    groups: dict[str, list[Item]] = {}
    for item in material.items:
        if not item.targets or item.unnamed or item.level2 in (Level2.COST, Level2.RECIPIENT_SATISFACTION):
            continue
        clause = single(item)
        if rates and (clause is None or not is_share(clause)):
            continue
        key = measure_key(item.predicate, material.practice) if rates else content(item.predicate)
        groups.setdefault(f"{key}|{'|'.join(figures_in(item.predicate))}", []).append(item)
    for group in groups.values():
        if len({i.project for i in group}) > 1 and not is_generic(group[0].predicate, material.practice):
            yield group


def _others(item: Item, group: Sequence[Item], material: Material) -> dict[str, object]:
    """The first few of a group that belong to other projects, and how many there are, without walking all of them."""
    shown = list(islice((o for o in group if o.project != item.project), _SHOWN))
    names = [quoted(material.jobs[o.project - 1].project.name, 20) for o in shown]
    zh = "、".join(f"项目{o.project}《{n}》第{o.indicator.number}项" for o, n in zip(shown, names, strict=True))
    en = ", ".join(f"project {o.project} “{n}” ({o.indicator.number})" for o, n in zip(shown, names, strict=True))
    values = dict.fromkeys(quoted(o.text, 24) for o in shown)
    more = len(group) > len(shown) + 1
    return {
        "others": zh + (f"等（共{len(group)}处）" if more else ""),
        "others_en": en + (f" and others ({len(group)} in all)" if more else ""),
        "values": "、".join(f"“{v}”" for v in values),
        "values_en": ", ".join(f"“{v}”" for v in values),
    }
