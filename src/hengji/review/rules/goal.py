"""The objective in words and its indicators: T38 to T40."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.model.category import Level2
from hengji.model.finding import Severity
from hengji.model.table import TableKind
from hengji.review.examples import sheet
from hengji.review.likeness import bigrams, content, is_generic
from hengji.review.material import Item, Job, Material
from hengji.review.practice import Practice
from hengji.review.registry import FORM, POINTED, Hit, Words, guidance, registered
from hengji.review.wording import quoted, work

_NUMBERED = re.compile(
    r"(?:^|(?<=[\s。；;，,：:]))(?:[(（]?(\d{1,2})[)）]?\s*[.．、](?!\d)|[(（](\d{1,2})[)）]|([①-⑳]))"
)
_MONITORING = (
    "通过委托第三方开展土壤监测与固体废物监测，提供有效实验数据和分析报告，"
    "为政府综合管理和环境整治提供科学依据，稳定提升环境质量。"
)
_TASK_LENGTH = 8  # characters below which a numbered line is no task
_TELLING_TERMS = 6  # pairs of letters below which a task says too little to be looked for
_WITH_OBJECTIVE = (TableKind.TARGETS, TableKind.TRANSFER_TARGETS, TableKind.DEPARTMENT_TARGETS)
_FIRST = re.compile(r"[，,。；;：:]")


def _terms(text: str, rules: Practice) -> set[str]:
    """The telling pairs of a text: all pairs but those every objective has."""
    return set(bigrams("".join(re.findall(r"[一-鿿A-Za-z]+", text)))) - set(rules.words("goal_stop_words"))


def tasks(objective: str) -> list[str]:
    """The tasks of an objective that is written as a numbered list; empty for running text."""
    marks = list(_NUMBERED.finditer(objective))
    if len(marks) < 2:
        return []
    ends = [*(m.start() for m in marks[1:]), len(objective)]
    return [t for m, end in zip(marks, ends, strict=True) if len(t := objective[m.end() : end].strip()) >= _TASK_LENGTH]


@registered(
    code="T38",
    name="task-without-indicator",
    title="主要任务没有指标",
    title_en="task without indicator",
    severity=Severity.WARNING,
    zh=Words(
        "绩效目标第{n}条“{task}”没有对应的指标", "这部分钱做了什么、做得怎样没有考核", "请为这条任务补充数量和质量指标"
    ),
    en=Words(
        "no indicator goes with task {n} “{task}” of the objective",
        "What that part of the money does is not measured",
        "Add quantity and quality indicators for it",
    ),
    cites=(POINTED, guidance("覆盖主要支出方向")),
    item="目标相关性",
    flagged=(
        sheet(
            ("11", "排污口排查清单", "1份"),
            ("12", "清单验收合格率", "100%"),
            objective="1.开展入河排污口排查，形成清单。2.维护物理隔离设施和警示牌，防止水源污染。",
        ),
    ),
    passing=(
        sheet(
            ("11", "排污口排查清单", "1份"),
            ("11", "隔离设施维护次数", "12次"),
            objective="1.开展入河排污口排查，形成清单。2.维护物理隔离设施和警示牌，防止水源污染。",
        ),
        sheet(("11", "清单", "1份"), objective="开展排查，形成清单，维护设施。"),
    ),
)
def task_without_indicator(material: Material) -> Iterator[Hit]:
    """In a numbered objective, a task whose own terms no indicator has. Terms shared by several tasks tell nothing."""
    for job in material.jobs:
        found = tasks(job.project.objective or "")
        if not found or not job.items:
            continue
        terms = [_terms(t, material.practice) for t in found]
        covered = _terms(
            " ".join(f"{i.name} {i.text} {i.indicator.whole_term_target or ''}" for i in job.items), material.practice
        )
        for n, (task, own) in enumerate(zip(found, terms, strict=True), 1):
            shared = set().union(*(t for m, t in enumerate(terms, 1) if m != n))
            telling = own - shared
            if not material.practice.says("task", task) or material.practice.says("management", task):
                continue  # what is kept or improved is an effect, and how the money is managed is no spending
            if len(telling) >= _TELLING_TERMS and not telling & covered:
                what = _FIRST.split(task.removeprefix("通过").removeprefix("对"))[0]
                yield Hit(
                    job,
                    field="objective",
                    values={"n": n, "task": quoted(task, 60)},
                    suggestion=(
                        f"数量指标：{quoted(what, 30)}【…】【单位】；质量指标：{quoted(what, 20)}合格（完好）率≥【…】%"
                    ),
                )


@registered(
    code="T39",
    name="indicator-without-root",
    title="指标在绩效目标中没有来由",
    title_en="indicator without root in the objective",
    severity=Severity.WARNING,
    zh=Words(
        "绩效目标和项目名称里没有提到{named}",
        "指标考核的内容不是项目要做的事，或者绩效目标漏写了这部分",
        "请在绩效目标中补写，或删去与项目无关的指标",
    ),
    en=Words(
        "neither objective nor project name speaks of {named_en}",
        "Either it is not what the project is for, or the objective leaves it out",
        "Add it to the objective or drop the indicator",
    ),
    cites=(POINTED, FORM),
    item="目标相关性",
    flagged=(sheet(("11", "停车位租赁个数", "≥15个"), ("11", "食堂用餐人数", "≥20人"), objective=_MONITORING),),
    passing=(
        sheet(
            ("11", "土壤监测点位数", "≥15个"),
            ("12", "验收合格率", "100%"),
            ("13", "工作完成及时率", "100%"),
            objective=_MONITORING,
        ),
        sheet(("11", "停车位租赁个数", "≥15个"), ("11", "食堂用餐人数", "≥20人"), objective="保障运行。"),
        sheet(("11", "停车位租赁个数", "≥15个"), ("11", "土壤监测报告数量", "≥20份"), objective=_MONITORING),
    ),
)
def indicator_without_root(material: Material) -> Iterator[Hit]:
    """Quantities and qualities with no telling term in common with a long enough objective, one finding a project."""
    least, fewest = (int(material.practice.limit(k)) for k in ("goal_min_characters", "rootless_from"))
    share = material.practice.limit("rootless_percent")
    for job in material.jobs:
        if len(content(job.objective)) < least:
            continue
        said = _terms(f"{job.objective} {job.project.name}", material.practice)
        letters = set(job.objective) | set(job.project.name)
        rootless = [
            i
            for i in job.items
            if i.level2 in (Level2.QUANTITY_OUTPUT, Level2.QUALITY)
            and i.targets
            and not i.unnamed
            and not is_generic(i.predicate, material.practice)
            and not _rooted(i, said, letters, material.practice)
        ]
        asked = [i for i in job.items if i.level2 in (Level2.QUANTITY_OUTPUT, Level2.QUALITY)]
        if len(rootless) >= fewest and 100 * len(rootless) >= share * len(asked):
            listed = "、".join(f"第{i.indicator.number}项“{quoted(i.name, 20)}”" for i in rootless)
            numbers = ", ".join(f"{i.indicator.number} “{quoted(i.name, 20)}”" for i in rootless)
            about = "、".join(work(i, material.practice) for i in rootless[:3])
            yield Hit(
                job,
                field="objective",
                values={"named": quoted(listed, 200), "named_en": quoted(numbers, 200)},
                suggestion=f"绩效目标补写“……开展{quoted(about)}【…】，达到【…】”；与项目无关的删去",
            )


def _rooted(item: Item, said: set[str], letters: set[str], rules: Practice) -> bool:
    own = _terms(f"{item.predicate} {item.text}", rules)
    return len(own) < 2 or bool(own & said) or _by_letters(item.predicate, letters)


def _by_letters(name: str, letters: set[str]) -> bool:
    """Whether most letters of a name are in the objective: an abbreviation (饭堂 and 食堂, 维修保养 and 维保)."""
    own = set(content(name))
    return len(own & letters) * 2 > len(own)


@registered(
    code="T40",
    name="goal-without-effect",
    title="绩效目标不完整",
    title_en="objective without effect",
    severity=Severity.WARNING,
    zh=Words("{seen}", "看不出项目要达到什么，指标也就没有依据", "请写明做什么、做多少、给谁带来什么变化"),
    en=Words(
        "{seen_en}",
        "It is not clear what the project is to achieve, so indicators have no ground",
        "Say what is done, how much, and what changes for whom",
    ),
    cites=(POINTED, FORM),
    item="明确清晰性",
    flagged=(
        sheet(("11", "报告", "2份"), objective="项目拟通过上述服务项目，从而实现综合指数下降。"),
        sheet(("11", "报告", "2份"), objective="开展巡查工作、监测工作和宣传工作。"),
        sheet(("11", "报告", "2份"), objective=None),
    ),
    passing=(
        sheet(("11", "报告", "2份"), objective="开展巡查监测，减少水源污染隐患。"),
        sheet(("11", "报告", "2份"), objective="开展巡查和监测两项服务。通过上述服务，提高环境管理水平。"),
    ),
)
def goal_without_effect(material: Material) -> Iterator[Hit]:
    """No objective; one that points to something not in it; one that says what is done and not what for."""
    anywhere = any(job.objective for job in material.jobs)
    for job in material.jobs:
        text = job.objective
        if not text:
            if job.items and (anywhere or len(material.jobs) == 1) and material.table.kind in _WITH_OBJECTIVE:
                yield Hit(
                    job, values={"seen": "没有写绩效目标", "seen_en": "there is no objective"}, suggestion=_goal(job)
                )
            continue
        dangling = _dangling(text, material.practice)
        if dangling:
            yield Hit(
                job,
                field="objective",
                values={
                    "seen": f"绩效目标“{quoted(text, 60)}”里的“{dangling}”没有所指",
                    "seen_en": f"“{dangling}” in the objective “{quoted(text, 60)}” points to nothing",
                },
                suggestion=f"把“{dangling}”换成具体内容，如{_listed(job)}",
            )
        elif not material.practice.says("goal_effect", text):
            yield Hit(
                job,
                field="objective",
                values={
                    "seen": f"绩效目标“{quoted(text, 60)}”只写了做什么，没有写效果",
                    "seen_en": f"the objective “{quoted(text, 60)}” says what is done but not to what effect",
                },
                suggestion=f"在“{quoted(text.rstrip('。'), 30)}”之后补写“，使【对象】的【…】由【…】变为【…】”",
            )


def _dangling(text: str, rules: Practice) -> str | None:
    """A 上述 in the opening sentence, before anything it could point to."""
    found = rules.pattern("dangling").search(text)
    if found is None:
        return None
    before = text[: found.start()]
    return None if re.search(r"[。；;\n]", before) or len(content(before)) > 20 else found.group()


def _goal(job: Job) -> str:
    return f"通过{_listed(job)}，使【对象】的【…】达到【…】"


def _listed(job: Job) -> str:
    named = [i for i in job.items if i.level2 is Level2.QUANTITY_OUTPUT] or list(job.items)
    return "、".join(f"{quoted(i.name, 16)}{quoted(i.text, 12)}" for i in named[:3])
