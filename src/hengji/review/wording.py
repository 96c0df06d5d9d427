"""Words for messages and suggestions: quotes, places, rewordings built from an indicator's own name and value."""

from __future__ import annotations

import re

from hengji.model.category import Level2
from hengji.model.target import Clause
from hengji.review.material import Item, Job, Material
from hengji.review.practice import Practice

_SHOWN = 40  # characters of a long text shown in a message

# Name ending → unit of the count; the longest ending that fits is taken.
_UNITS = (
    ("报告", "份"), ("清单", "份"), ("日报", "份"), ("数据库", "个"), ("企业", "家"), ("单位", "家"), ("家数", "家"),
    ("机构", "家"), ("人数", "人"), ("人员", "人"), ("学生", "人"), ("户数", "户"), ("农户", "户"), ("次数", "次"),
    ("培训", "次"), ("活动", "场"), ("演练", "次"), ("检查", "次"), ("巡查", "次"), ("天数", "天"), ("面积", "平方米"),
    ("里程", "公里"), ("长度", "公里"), ("车辆", "辆"), ("设备", "台（套）"), ("系统", "个"), ("事故", "起"),
    ("事件", "起"), ("案件", "件"), ("问题", "件"), ("违法", "件"), ("项目", "个"),
)  # fmt: skip
_RATE = re.compile(r"(?:(?<![效频功汇利税速倍])率|比例|占比|比重|满意度|公开度)$")
_COMPARED = re.compile(r"(?:在同等[^，]{2,8}下)?(?:同比|较上年|比上年)")
_TIMELY_TAIL = re.compile(r"(?:按期|按时)?(?:工作|完成|及|的)*(?:及时率|及时性|及时|完成率|时效率|时效性?|率)$|工作$")
_CASE_BY_CASE = re.compile(r"办结|响应|处置|处理|办理|答复|出具|支付|到货|反馈|维修")
_UNIT_TOLD = re.compile(r"\d\s*([家个次场份人户台套件项亩起期辆])")
# What a monitoring station or a survey of nature can show to have changed.
_MONITORED = re.compile("水质|水环境|水体|空气|大气|土壤|噪声|环境质量|排放|污染|生态|绿化|植被|湿地|林|碳")
_WORK_TAIL = re.compile(
    r"(?:完成率|覆盖率|达标率|合格率|完成情况|接报数|数量|次数|天数|个数|人数|家数|比例|占比|比重|率|数)$"
)
_COUNT_TAIL = re.compile(r"(?:数量|次数|个数|家数|人数|户数|数)$")
_CLAUSE_END = re.compile(r"[。；;]+$")


def quoted(text: str, shown: int = _SHOWN) -> str:
    """A text for use between quotes in a message: one line, shortened when long."""
    line = " ".join(text.split())
    return line if len(line) <= shown else line[: shown - 1] + "…"


def where_zh(at: Item | Job | None, material: Material) -> str:
    """The place as a reader is told it: 项目3《…》第10项“…”."""
    if at is None:
        return "全表"
    if isinstance(at, Job):
        return f"项目{at.number}《{quoted(at.project.name)}》"
    project = material.jobs[at.project - 1].project
    return f"项目{at.project}《{quoted(project.name)}》第{at.indicator.number}项“{quoted(at.name)}”"


def where_en(at: Item | Job | None, material: Material) -> str:
    """The same in English; names stay as printed."""
    if at is None:
        return "whole table"
    if isinstance(at, Job):
        return f"project {at.number} “{quoted(at.project.name)}”"
    project = material.jobs[at.project - 1].project
    return f"project {at.project} “{quoted(project.name)}”, indicator {at.indicator.number} “{quoted(at.name)}”"


def class_en(level2: Level2 | None) -> str:
    """A class in English."""
    return level2.value.replace("_", " ") if level2 else "unclassed"


def subject(item: Item, practice: Practice) -> str:
    """What an indicator is about: its name without yes/no note, opening verbs and closing generic words."""
    text = item.predicate
    # Only what opens the name is taken off, and never so much that nothing is left to speak of.
    changed = True
    while changed:
        changed = False
        for verb in practice.words("subject_verbs"):
            if text.startswith(verb) and len(text) - len(verb) >= 3:
                text, changed = text[len(verb) :], True
    for tail in ("情况", "质量情况"):
        if text.endswith(tail) and len(text) - len(tail) >= 3:
            text = text[: -len(tail)]
    return quoted(text.split("，")[0].split("；")[0], 30)


def measurable(item: Item, practice: Practice) -> str:
    """A measurable rewording of an indicator that has none, from its own name and class."""
    about = subject(item, practice)
    if item.level2 is Level2.RECIPIENT_SATISFACTION:
        return f"{about}：满意度≥【…】%（有效问卷≥【…】份）"
    if item.level2 is Level2.TIMELINESS:
        return timely(item, practice)
    if compared := _COMPARED.search(about):
        return f"{about[: compared.start()]}比上年下降（改善）≥【…】%（上年为【…】）"
    for ends, text in practice.rows("rewordings"):
        if about.endswith(ends):
            return text.format(subject=about)
    if _RATE.search(about):
        return f"{about}≥【…】%（口径：分子【…】÷分母【…】）"
    if item.level2 is Level2.QUANTITY_OUTPUT:
        return counted(about)
    if item.level2 is Level2.ECOLOGICAL and _MONITORED.search(about):
        return f"{about}：【监测项目】由上年【…】改善到【…】"
    if item.level2 is Level2.ECONOMIC:
        return f"{about}：增加（节约）≥【…】万元"
    if item.level2 is Level2.QUALITY:
        return f"{about}：合格率≥【…】%"
    return f"{about}≥【…】（单位：…；口径：…）；确难量化的，分档写明优【…】、良【…】、中【…】各指什么"


def timely(item: Item, practice: Practice) -> str:
    """A timeliness requirement with a date, or with a limit where the work comes case by case."""
    about = _TIMELY_TAIL.sub("", subject(item, practice))
    if len(about) < 2 or about in ("工作", "项目", "各项工作", "项目工作"):
        about = "【主要任务】"
    if _CASE_BY_CASE.search(item.name):
        return f"{about}：自【受理、发现】之日起≤【…】日（小时）的比例≥【…】%"
    return f"{about}：【…】月【…】日前完成（关键节点：…）"


def work(item: Item, practice: Practice) -> str:
    """The work an indicator is about: its subject without 数量, 次数, 完成率 and the like."""
    about = subject(item, practice)
    bare = _WORK_TAIL.sub("", about)
    return bare if len(bare) >= 2 else about


def counted(about: str, number: str = "…", op: str = "≥") -> str:
    """A count with the unit that goes with the name, e.g. 帮扶企业数量≥【20】家."""
    return f"{_COUNT_TAIL.sub('', about)}数量{op}【{number}】{unit_for(about)}"


def unit_for(name: str) -> str:
    """The unit that goes with a name; a placeholder where the name tells none."""
    if _RATE.search(name):
        return "%"
    if told := _UNIT_TOLD.search(name):
        return told[1]
    core = _COUNT_TAIL.sub("", name) if not name.endswith(("次数", "人数", "家数", "户数", "天数")) else name
    for ending, unit in _UNITS:
        if name.endswith(ending) or core.endswith(ending):
            return unit
    return next((unit for ending, unit in _UNITS if ending in name[-8:]), "【单位】")


def figure(clause: Clause) -> str:
    """The number of a clause as written, without an exponent."""
    if clause.number is None:
        return "…"
    text = format(clause.number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_rate_name(name: str) -> bool:
    """Whether a name is that of a share or rate."""
    return _RATE.search(name) is not None


def clean(text: str) -> str:
    """A value without the stop that ends it."""
    return _CLAUSE_END.sub("", text.strip())
