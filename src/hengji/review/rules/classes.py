"""Indicators filed under the wrong class: T08 to T14."""

from __future__ import annotations

from collections.abc import Iterator

from hengji.model.category import Level2
from hengji.model.finding import Severity
from hengji.model.target import TargetKind
from hengji.review.examples import sheet
from hengji.review.material import OUTCOME, Item, Material
from hengji.review.practice import Practice
from hengji.review.registry import POINTED, QUANTIFIED, Hit, Words, guidance, practice, registered
from hengji.review.rules.vagueness import is_deferred
from hengji.review.signs import is_money, is_share, is_timed, is_yes_no, numbered
from hengji.review.wording import class_en, clean, quoted, subject, timely


@registered(
    code="T08",
    name="timeliness-elsewhere",
    title="时效要求放在数量或质量指标",
    title_en="timeliness filed elsewhere",
    severity=Severity.WARNING,
    zh=Words(
        "“{name}”（指标值“{value}”）说的是时效，却放在{filed}",
        "放错类别会使数量、质量没有指标，时效又重复或遗漏",
        "请移到时效指标，原类别另设相应指标",
    ),
    en=Words(
        "“{name}” (value “{value}”) is about time but filed under {filed_en}",
        "A wrong class leaves quantity or quality without an indicator",
        "Move it to timeliness",
    ),
    cites=(QUANTIFIED, guidance("产出指标")),
    item="指标科学性",
    flagged=(sheet(("12", "到货及时率", "100%")), sheet(("11", "数据问题响应", "发现问题24小时内完成核查"))),
    passing=(
        sheet(("13", "到货及时率", "100%")),
        sheet(("12", "预警响应率", "100%")),
        sheet(("11", "培训天数", "≥3天")),
    ),
)
def timeliness_elsewhere(material: Material) -> Iterator[Hit]:
    """A time word that makes the name a timeliness measure, or a deadline as value, under quantity or quality."""
    for item in material.of(Level2.QUANTITY_OUTPUT, Level2.QUALITY):
        only_time = item.targets and all(c.kind is TargetKind.DEADLINE for c in item.clauses) and is_timed(item)
        if material.practice.says("timely_name", item.predicate) or only_time:
            other = "数量" if item.level2 is Level2.QUANTITY_OUTPUT else "质量"
            what = subject(item, material.practice)
            value = quoted(clean(item.text)) if only_time else "【…】日（小时）内完成的比例≥【…】%"
            yield Hit(
                item,
                values=_filed(item),
                suggestion=f"移到时效指标：{what}，{value}；{other}指标另写【…】",
            )


@registered(
    code="T09",
    name="no-time-limit",
    title="时效指标没有时间",
    title_en="timeliness without a date or limit",
    severity=Severity.WARNING,
    zh=Words(
        "时效指标的指标值“{value}”没有写明日期或时限",
        "没有时限就说不清什么叫及时，自评只能填100%",
        "请写明完成日期、办理时限或关键节点",
    ),
    en=Words(
        "the timeliness value “{value}” has no date or limit",
        "Without one, “in time” means nothing and self-evaluation can only say 100%",
        "State a date, a time limit or the key dates",
    ),
    cites=(QUANTIFIED, guidance("时效指标")),
    item="指标科学性",
    flagged=(sheet(("13", "工作完成及时率", "100%")), sheet(("13", "监测报告及时率", ">95%"))),
    passing=(
        sheet(("13", "项目完成时间", "2024年11月30日前")),
        sheet(("13", "投诉办结时限", "≤15日")),
        sheet(("13", "报告提交及时率（每月5日前）", "100%")),
    ),
)
def no_time_limit(material: Material) -> Iterator[Hit]:
    """No date, span or period in value or name of a timeliness indicator; values deferred to a paper are T02's."""
    for item in material.of(Level2.TIMELINESS):
        if item.targets and not is_deferred(item, material.practice) and not _has_limit(item, material.practice):
            yield Hit(item, suggestion=timely(item, material.practice))


def _has_limit(item: Item, rules: Practice) -> bool:
    """Whether name or value holds a date, a span of time or a period."""
    for clause in (c for t in item.targets for c in t.reading.clauses):
        if clause.by or clause.start or clause.per or clause.dim == "duration":
            return True
        if clause.mode == "within" and clause.number is not None:
            return True
    return rules.says("time_limit", item.both)


@registered(
    code="T10",
    name="not-timeliness",
    title="时效指标说的不是时效",
    title_en="not a timeliness indicator",
    severity=Severity.WARNING,
    zh=Words(
        "“{name}”放在时效指标，名称和指标值“{value}”都没有时间要求",
        "项目的时效要求实际没有写出来",
        "请移到数量或质量指标，时效指标另写完成时间",
    ),
    en=Words(
        "“{name}” is filed under timeliness, but neither name nor value “{value}” speaks of time",
        "The project in fact has no timeliness requirement",
        "Move it to quantity or quality and state a time",
    ),
    cites=(QUANTIFIED, guidance("时效指标")),
    item="指标科学性",
    flagged=(sheet(("13", "开展水源保护区巡查工作", "100%")), sheet(("13", "车辆到位率", "100%"))),
    passing=(sheet(("13", "工作完成及时率", "100%")), sheet(("13", "车辆到位", "6月30日前"))),
)
def not_timeliness(material: Material) -> Iterator[Hit]:
    """No time word in name or value, and no date or span read."""
    for item in material.of(Level2.TIMELINESS):
        if (
            not item.targets
            or item.unnamed
            or _has_limit(item, material.practice)
            or is_deferred(item, material.practice)
        ):
            continue
        if not material.practice.says("timely", item.predicate) and not material.practice.says("timely", item.text):
            about = subject(item, material.practice)
            move = "质量" if about.endswith(("率", "性")) else "数量"
            yield Hit(
                item,
                suggestion=f"“{about}”移到{move}指标；时效指标写为“{about.removesuffix('率')}：【…】月【…】日前完成”",
            )


def is_output_in_outcome(item: Item, rules: Practice) -> bool:
    """Whether an outcome indicator counts, delivers or promises to finish what the project itself does."""
    if item.level2 not in OUTCOME or not item.targets:
        return False
    reading = item.targets[0].reading
    value = clean(item.text)
    acts = rules.says("activity", item.predicate) or rules.says("activity", value)
    if not acts:
        return False
    if is_yes_no(item):
        return item.predicate.startswith(("完成", "保证完成", "保障完成"))
    if reading.kind is TargetKind.DELIVERABLE:
        return True
    counts = [c for c in numbered(item.targets[0]) if not is_share(c) and not is_money(c) and c.op not in ("<=", "<")]
    counts = [
        c for c in counts if c.number and c.dim not in ("physical", "index", "score", "rank", "duration", "ratio")
    ]
    if counts:
        own_act = rules.says("activity", item.predicate) and not item.predicate.startswith(
            ("宣传", "培训", "建立", "建成")
        )
        return own_act or not rules.says("effect", item.both)
    return value.startswith("完成") and not numbered(item.targets[0])


@registered(
    code="T11",
    name="output-in-outcome",
    title="产出放在效益",
    title_en="output filed as outcome",
    severity=Severity.ERROR,
    zh=Words(
        "“{name}”（指标值“{value}”）是做了多少事，却放在{filed}",
        "做了事不等于有效果，这一项说明不了花钱带来的变化",
        "请移到产出指标（已有同样内容的删去），效益另写服务对象或环境因此发生的变化",
    ),
    en=Words(
        "“{name}” (value “{value}”) is work done, but filed under {filed_en}",
        "Work done is not yet an effect; nothing is said about what the money changes",
        "Move it to outputs (or drop it if it is there) and state the change that follows",
    ),
    cites=(POINTED, guidance("效益指标")),
    item="指标科学性",
    flagged=(
        sheet(("22", "促进社会稳定", "完成不少于1次应急演练")),
        sheet(("21", "提出治理建议", "提出建议企业数≥450家")),
        sheet(("23", "提升治理科学性", "形成排污口清单")),
        sheet(("22", "获得监测数据", "获得监测数据≥15万个")),
    ),
    passing=(
        sheet(("22", "受益群众人数", "≥1000人")),
        sheet(("23", "无组织排放减少家数", "≥5家")),
        sheet(("22", "现场执法安全事故次数", "0起")),
        sheet(("11", "应急演练", "完成不少于1次应急演练")),
    ),
)
def output_in_outcome(material: Material) -> Iterator[Hit]:
    """A count, a deliverable or finished tasks that open with an activity, under an outcome class."""
    for item in material.of(*OUTCOME):
        if is_output_in_outcome(item, material.practice):
            about = subject(item, material.practice)
            yield Hit(
                item,
                values=_filed(item),
                suggestion=(
                    f"“{quoted(clean(item.text)) if len(item.text) > 4 else about}”移到数量指标；{_effect(item, about)}"
                ),
            )


def _filed(item: Item) -> dict[str, object]:
    return {"filed": item.level2.zh if item.level2 else "", "filed_en": class_en(item.level2)}


def _effect(item: Item, about: str) -> str:
    if item.level2 is Level2.ECONOMIC:
        return f"经济效益写为“{about}带来的收入增加（成本节约）≥【…】万元”"
    if item.level2 is Level2.ECOLOGICAL:
        return f"生态效益写为由“{about}”带来的变化，如“【监测项目】由【…】改善到【…】”"
    if item.level2 is Level2.SUSTAINABILITY:
        return f"可持续影响写为“{about}的成果继续使用不少于【…】年”"
    return f"社会效益写为由“{about}”带来的变化，如“【问题整改率】≥【…】%”"


@registered(
    code="T12",
    name="not-economic",
    title="非经济效益列入经济效益",
    title_en="not an economic effect",
    severity=Severity.ERROR,
    zh=Words(
        "“{name}”（指标值“{value}”）不是经济效益",
        "放错类别会使经济效益虚有其项，真正所属的效益又没有考核",
        "请移到生态或社会效益；没有经济效益的项目可以不设",
    ),
    en=Words(
        "“{name}” (value “{value}”) is no economic effect",
        "The class is filled in name only and the effect is judged in the wrong place",
        "Move it to ecological or social effect; projects without economic effect may leave the class out",
    ),
    cites=(QUANTIFIED, guidance("效益指标")),
    item="指标科学性",
    flagged=(sheet(("21", "水源水质达标", "水源水质达标率100%")), sheet(("21", "数据有效传输", "有效传输率为75%"))),
    passing=(
        sheet(("21", "节约维修成本", "≥20万元")),
        sheet(("23", "水源水质达标", "水质达标率100%")),
        sheet(("21", "带动农户增收", "≥5%")),
    ),
)
def not_economic(material: Material) -> Iterator[Hit]:
    """Nothing about money, production or trade in name and value of an economic effect."""
    for item in material.of(Level2.ECONOMIC):
        if not item.targets or item.unnamed or is_output_in_outcome(item, material.practice):
            continue
        if not material.practice.says("economic", item.both):
            about = subject(item, material.practice)
            green = any(w in item.both for w in ("水", "气", "生态", "污染", "排放", "环境", "绿", "碳", "土壤"))
            to = "生态效益" if green else "社会效益或质量指标"
            yield Hit(item, suggestion=f"“{about}”移到{to}；确有经济效益的，写为“【…】节约（增加）≥【…】万元”")


@registered(
    code="T13",
    name="satisfaction-misfiled",
    title="满意度放错类别",
    title_en="satisfaction in the wrong class",
    severity=Severity.WARNING,
    zh=Words(
        "{seen}",
        "满意度要有调查或反馈佐证，放错类别或名不副实就不会去做调查",
        "请按服务对象设置满意度指标，并写明调查对象和样本数",
    ),
    en=Words(
        "{seen_en}",
        "Satisfaction needs a survey; misfiled or misnamed, none will be made",
        "Set a satisfaction indicator by recipients and name who is asked and how many",
    ),
    cites=(QUANTIFIED, guidance("满意度指标")),
    item="指标科学性",
    flagged=(sheet(("12", "活动组织质量", "活动满意度大于95%")), sheet(("31", "系统稳定运行，数据真实", "满意"))),
    passing=(
        sheet(("31", "服务企业满意度", "≥95%")),
        sheet(("31", "有效投诉次数", "≤2次")),
        sheet(("31", "参训人员", "满意度≥90%")),
    ),
)
def satisfaction_misfiled(material: Material) -> Iterator[Hit]:
    """满意 outside the satisfaction class; a satisfaction indicator that asks nobody's opinion."""
    for item in material.items:
        if item.level2 is Level2.RECIPIENT_SATISFACTION:
            says = material.practice.says("satisfaction", item.predicate) or any(
                material.practice.says("satisfaction", t.text) and numbered(t) for t in item.targets
            )
            if not says and not item.unnamed and item.targets:
                yield Hit(
                    item,
                    values={
                        "seen": f"满意度指标的名称“{quoted(item.name)}”没有说谁对什么满意",
                        "seen_en": (
                            f"the satisfaction indicator “{quoted(item.name)}” does not say who is satisfied with what"
                        ),
                    },
                    suggestion=(
                        f"【使用人员或服务对象】对{_thing(subject(item, material.practice))}"
                        "的满意度≥【…】%（有效问卷≥【…】份）"
                    ),
                )
        elif item.level2 is not None and ("满意度" in item.both or "满意率" in item.both):
            clause = next((c for c in numbered(item.targets[0]) if is_share(c)), None) if item.targets else None
            number = f"【{clause.number}】" if clause else "【…】"
            metric = next((c.metric for c in item.clauses if c.metric and "满意" in c.metric), None) or item.predicate
            yield Hit(
                item,
                values={
                    "seen": f"“{quoted(item.name)}”（指标值“{quoted(item.text)}”）说的是满意度，却放在{item.level2.zh}",
                    "seen_en": (
                        f"“{quoted(item.name)}” (value “{quoted(item.text)}”) "
                        f"is about satisfaction but filed under {class_en(item.level2)}"
                    ),
                },
                suggestion=f"移到满意度指标：{metric}≥{number}%（有效问卷≥【…】份）；{item.level2.zh}另写【…】",
            )


def _thing(about: str) -> str:
    for word in ("稳定", "正常", "运行", "，"):
        head = about.split(word)[0]
        if 2 <= len(head) < len(about):
            return head
    return about


@registered(
    code="T14",
    name="satisfaction-subject",
    title="满意度对象不当",
    title_en="wrong subject of satisfaction",
    severity=Severity.INFO,
    zh=Words(
        "满意度的对象“{name}”是{who}",
        "满意度要由花钱服务的对象来评，由{who}来评说明不了服务效果",
        "请核对并改为真正的服务对象；确为服务对象的请在备注说明",
    ),
    en=Words(
        "the subject of satisfaction “{name}” is {who_en}",
        "Satisfaction is for those whom the money serves to say",
        "Check it and name the real recipients; if these are the recipients, say so in the remark",
    ),
    cites=(POINTED, guidance("满意度指标"), practice("满意度对象")),
    field="name",
    item="指标科学性",
    flagged=(
        sheet(("31", "环境主管部门满意度", "≥85%")),
        sheet(("31", "抽检对象满意度", "≥90%")),
        sheet(("31", "食堂服务满意度", "≥90%")),
    ),
    passing=(sheet(("31", "服务企业满意度", "≥95%")), sheet(("31", "教职工满意度", "≥90%"))),
)
def satisfaction_subject(material: Material) -> Iterator[Hit]:
    """Superiors, own staff or the inspected as those who are asked."""
    for item in material.of(Level2.RECIPIENT_SATISFACTION):
        for words, who, who_en in (
            ("superior", "上级或主管部门", "a superior authority"),
            ("own_staff", "本单位人员", "the unit's own staff"),
            ("inspected", "被监督检查的一方", "the inspected party"),
        ):
            if material.practice.says(words, item.predicate):
                yield Hit(
                    item,
                    values={"who": who, "who_en": who_en},
                    suggestion=(
                        f"【实际服务对象】对{material.jobs[item.project - 1].project.name}"
                        "的满意度≥【…】%（有效问卷≥【…】份）"
                    ),
                )
                break
