"""How names and values are written: T26, T42, T47."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.model.finding import Severity
from hengji.model.table import Indicator
from hengji.model.target import TargetKind
from hengji.review.examples import project, sheet, table
from hengji.review.likeness import content, overlap
from hengji.review.material import Item, Job, Material, plain_name
from hengji.review.registry import FORM, QUANTIFIED, Example, Hit, Words, guidance, practice, registered
from hengji.review.rules.vagueness import is_negative_name
from hengji.review.signs import has_number, is_yes_no, numbered
from hengji.review.wording import figure, quoted, subject

_BRACKETS = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]")
_SENTENCE = re.compile(r"[。；;！!]|，")


@registered(
    code="T26",
    name="unfit-name",
    title="指标名称不规范",
    title_en="unfit indicator name",
    severity=Severity.INFO,
    zh=Words(
        "{seen}",
        "名称应是简短的名词，数值和口号写在名称里会与指标值重复或冲突",
        "请改成短名称，数值放到指标值，解释放到备注",
    ),
    en=Words(
        "{seen_en}",
        "A name should be a short noun; figures and slogans in it repeat or contradict the value",
        "Use a short name, put figures into the value and explanations into the remark",
    ),
    cites=(guidance("指标名称和解释"), practice("指标名称长度")),
    field="name",
    item="规范完整性",
    flagged=(
        sheet(("11", "帮扶20家企业提高管理水平", "20家")),
        sheet(("22", "水源水质达标，保障供水安全。", "100%")),
        sheet(("11", "对园区企业的产污环节及废气处理设施情况开展技术帮扶工作", "60家")),
    ),
    passing=(
        sheet(("11", "帮扶企业数量", "20家")),
        sheet(("12", "执法案件程序合法性（是/否）", "是")),
        sheet(("22", "“十四五”规划任务完成率", "≥90%")),
    ),
)
def unfit_name(material: Material) -> Iterator[Hit]:
    """The value's number in the name, a sentence as name, or names over the limit (one finding a project)."""
    longest = int(material.practice.limit("long_name"))
    for job in material.jobs:
        long: list[Item] = []
        for item in job.items:
            about = subject(item, material.practice)
            if number := _repeats(item):
                yield Hit(
                    item,
                    values={
                        "seen": f"名称“{quoted(item.name)}”里写了指标值的数字{number}",
                        "seen_en": f"the name “{quoted(item.name)}” holds the value's figure {number}",
                    },
                    suggestion=_without(item, number),
                )
            elif _SENTENCE.search(item.name) and "；" not in item.name and ";" not in item.name:
                head = max(_SENTENCE.split(item.name), key=lambda p: (overlap(content(p), content(item.text)), len(p)))
                yield Hit(
                    item,
                    values={
                        "seen": f"名称“{quoted(item.name)}”是一句话",
                        "seen_en": f"the name “{quoted(item.name)}” is a sentence",
                    },
                    suggestion=(
                        f"名称改为“{quoted(head if 4 <= len(head) <= longest else about, longest)}”，其余内容移到备注"
                    ),
                )
            elif _length(item.name) > longest and not item.unnamed:
                long.append(item)
        if len(long) == 1:
            yield Hit(long[0], values=_too_long(long, longest), suggestion=_short(long[0], material, longest))
        elif long:
            yield Hit(
                job,
                values=_too_long(long, longest),
                suggestion="；".join(f"第{i.indicator.number}项：{_short(i, material, longest)}" for i in long[:3]),
            )


def _length(name: str) -> int:
    return len(_BRACKETS.sub("", name))


def _repeats(item: Item) -> str | None:
    bare = _BRACKETS.sub("", item.name)
    for clause in numbered(item.targets[0] if item.targets else None):
        number = figure(clause)
        if len(number) < 5 and re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.年月日])", bare):
            return number
    return None


def _without(item: Item, number: str) -> str:
    clause = next(c for c in numbered(item.targets[0]) if figure(c) == number)
    bare = re.sub(rf"{re.escape(number)}\s*{re.escape(clause.unit or '')}[家个次场份人]?", "", item.name)
    return f"名称改为“{quoted(bare, 30)}”，指标值写“≥{number}{clause.unit or '【单位】'}”"


def _too_long(long: list[Item], longest: int) -> dict[str, str]:
    names = "；".join(f"第{i.indicator.number}项“{quoted(i.name, 24)}”（{_length(i.name)}字）" for i in long)
    numbers = ", ".join(f"{i.indicator.number} ({_length(i.name)})" for i in long)
    return {
        "seen": f"{len(long)}项名称超过{longest}字：{quoted(names, 200)}",
        "seen_en": f"names longer than {longest} characters: {quoted(numbers, 200)}",
    }


def _short(item: Item, material: Material, longest: int) -> str:
    about = subject(item, material.practice)
    return f"“{about}”" if len(about) <= longest else f"“【{about[: longest - 6]}…的核心名词】”"


@registered(
    code="T42",
    name="double-negative",
    title="否定式名称用是否作答",
    title_en="negative name answered by yes or no",
    severity=Severity.WARNING,
    zh=Words(
        "名称“{name}”是否定的，指标值又是“{value}”",
        "“是”究竟指有还是没有容易读反，取数时会出错",
        "请改为正面的计数，写成不超过几件或0件",
    ),
    en=Words(
        "the name “{name}” is negative and the value is “{value}”",
        "Whether yes means there were any or none is easily misread",
        "Count it and set 0 or an upper limit",
    ),
    cites=(QUANTIFIED, practice("否定式指标名称")),
    field="name",
    item="明确清晰性",
    flagged=(sheet(("24", "无主观原因导致的败诉案件（是/否）", "是")), sheet(("22", "未发生安全事故", "是"))),
    passing=(sheet(("22", "安全事故数", "0起")), sheet(("23", "无组织排放得到控制（是/否）", "是"))),
)
def double_negative(material: Material) -> Iterator[Hit]:
    """A name in the negative with yes or no as value."""
    for item in material.items:
        if is_yes_no(item) and is_negative_name(item, material.practice):
            thing = re.sub(
                r"^(?:是否)?(?:没有|不存在|不发生|未发生|无重大|杜绝|无|未|零)(?:发生|出现)?", "", item.predicate
            )
            yield Hit(item, suggestion=f"{thing or item.predicate}数＝0{_counter(thing)}")


def _counter(thing: str) -> str:
    return "件" if thing.endswith(("案件", "投诉", "问题")) else "起"


def _copied_needs(material: Material) -> tuple[str, str] | None:
    if material.prior is None:
        return "判断是否照抄上年，需要上年的绩效目标表", "whether last year was copied needs last year's table"
    return None


_LAST = table(
    project(("11", "帮扶企业数量", "≥20家"), ("12", "验收合格率", "100%"), ("22", "公共服务办结率", "≥90%")), year=2023
)


@registered(
    code="T47",
    name="template-leftover",
    title="模板残留、漏填或照抄",
    title_en="template leftover, blank or copy",
    severity=Severity.WARNING,
    needs=_copied_needs,
    zh=Words("{seen}", "说明填报没有完成或没有结合当年实际", "请补全、删去残留或按当年任务重新测定"),
    en=Words(
        "{seen_en}",
        "The form was not finished or not fitted to the year",
        "Complete it, remove what is left over, or set it anew for the year",
    ),
    cites=(FORM, practice("模板残留")),
    item="规范完整性",
    flagged=(
        sheet(("11", "培训XX人次", "≥20人次")),
        sheet(("11", "帮扶企业数量", "")),
        sheet(("22", "<p>公共服务水平", "≥90%")),
        Example(table(_LAST.projects[0]), prior=_LAST),
    ),
    passing=(
        sheet(("11", "VOCs企业帮扶数量", "≥20家")),
        sheet(("22", "重大安全事故", "无")),
        Example(_LAST, prior=None),
    ),
)
def template_leftover(material: Material) -> Iterator[Hit]:
    """Marks of a template, blanks where a value belongs, and a project whose indicators all repeat last year's."""
    for job in material.jobs:
        yield from _leftovers(job, material)
        blank = [i for i in job.items if not i.targets or _says_nothing(i)]
        if blank:
            yield _blank(job, blank)
    yield from _copied(material)


def _leftovers(job: Job, material: Material) -> Iterator[Hit]:
    for field in ("objective", "whole_term_objective"):
        if mark := material.practice.find("leftover", getattr(job.project, field)):
            yield Hit(
                job,
                field=field,
                values={
                    "seen": f"绩效目标里有“{quoted(mark)}”",
                    "seen_en": f"the objective has “{quoted(mark)}” in it",
                },
                suggestion=f"删去绩效目标里的“{quoted(mark)}”并补写实际内容【…】",
            )
    marked = [(i, m) for i in job.items if (m := material.practice.find("leftover", i.indicator.name))]
    if len(marked) > 1:
        listed = "、".join(f"第{i.indicator.number}项“{quoted(i.name, 24)}”" for i, _ in marked)
        marks = "、".join(dict.fromkeys(quoted(m, 12) for _, m in marked))
        yield Hit(
            job,
            values={
                "seen": f"{len(marked)}项名称里有模板的“{marks}”（{quoted(listed, 160)}）",
                "seen_en": f"{len(marked)} names still have the template's “{marks}” in them",
            },
            suggestion=f"如第{marked[0][0].indicator.number}项名称改为“{_unmarked(marked[0][0])}”，数值只写在指标值里",
        )
    for item in job.items:
        texts = [(t.field, t.text) for t in item.targets if t.reading.kind is not TargetKind.BOOLEAN]
        if len(marked) == 1:
            texts.insert(0, ("name", item.indicator.name))
        for field, text in texts:
            if mark := material.practice.find("leftover", text):
                what, what_en = ("名称", "name") if field == "name" else ("指标值", "value")
                yield Hit(
                    item,
                    field=field,
                    values={
                        "seen": f"{what}“{quoted(text)}”里有“{quoted(mark)}”",
                        "seen_en": f"the {what_en} “{quoted(text)}” has “{quoted(mark)}” in it",
                    },
                    suggestion=f"{what}改为“{quoted(text.replace(mark, '【…】'))}”",
                )
                break


def _says_nothing(item: Item) -> bool:
    """A bare sign or unit (≥, 公里), or a scale with nothing chosen (高中低)."""
    return item.targets[0].reading.kind is TargetKind.MALFORMED and not has_number(item.text)


def _unmarked(item: Item) -> str:
    return quoted(_BRACKETS.sub("", item.name) or item.name)


def _blank(job: Job, blank: list[Item]) -> Hit:
    if len(blank) == 1:
        seen, seen_en = f"“{quoted(blank[0].name)}”没有填出指标值", f"“{quoted(blank[0].name)}” has no value"
        return Hit(
            blank[0],
            values={"seen": seen, "seen_en": seen_en},
            suggestion=f"{blank[0].name}：≥【…】【单位】；不适用的删去这一项",
        )
    listed = "、".join(str(i.indicator.number) for i in blank)
    return Hit(
        job,
        values={"seen": f"第{listed}项没有填出指标值", "seen_en": f"indicators {listed} have no value"},
        suggestion="；".join(f"第{i.indicator.number}项{quoted(i.name, 20)}：【…】【单位】" for i in blank[:3]),
    )


def _copied(material: Material) -> Iterator[Hit]:
    if material.prior is None or material.prior.fiscal_year == material.table.fiscal_year is not None:
        return
    before = {plain_name(p.name): {_content(i) for i in p.indicators} for p in material.prior.projects}
    limit = material.practice.limit("same_as_last_year_percent")
    for job in material.jobs:
        old = before.get(plain_name(job.project.name), set())
        same = [i for i in job.items if _content(i.indicator) in old]
        if old and len(job.items) > 1 and 100 * len(same) >= limit * len(job.items):
            yield Hit(
                job,
                values={
                    "seen": f"{len(same)}项指标的名称和指标值都与上年相同",
                    "seen_en": f"name and value of all {len(same)} indicators are last year's",
                },
                suggestion=f"按本年任务和资金重新测定，如{quoted(same[0].name)}由上年“{quoted(same[0].text)}”改为【…】",
            )


def _content(indicator: Indicator) -> tuple[str, str]:
    return plain_name(indicator.name), (indicator.annual_target or indicator.whole_term_target or "").strip()
