"""What a project should have and has not: T17, T19, T20, T21, and T18 for a cost indicator that is none."""

from __future__ import annotations

from collections.abc import Iterator

from hengji.model.category import Level2
from hengji.model.finding import Severity
from hengji.model.table import TableKind
from hengji.review.examples import OBJECTIVE, sheet
from hengji.review.material import OUTCOME, Job, Material
from hengji.review.registry import FORM, MATCHING, Hit, Words, guidance, registered
from hengji.review.signs import is_money, numbered, single
from hengji.review.wording import figure, quoted, subject, work

_QUANTITY = ("11", "帮扶企业数量", "≥20家")
_QUALITY = ("12", "验收合格率", "100%")
_EFFECT = ("23", "优良天数比例", "≥90%")
_COST = ("14", "帮扶成本", "≤2万元/家")


def _no_classes(material: Material) -> tuple[str, str] | None:
    if material.jobs and not any(job.classed for job in material.jobs if job.items):
        return (
            "表中没有一级、二级指标名称，判断不了缺哪一类",
            "the table prints no classes, so none can be said to be missing",
        )
    return None


def _jobs(material: Material) -> Iterator[Job]:
    """Projects whose form tells classes. A department's own table follows another form and is left out."""
    if material.table.kind is not TableKind.DEPARTMENT_TARGETS:
        yield from (job for job in material.jobs if job.classed)


@registered(
    code="T17",
    name="cost-missing",
    title="缺成本指标",
    title_en="cost indicator missing",
    severity=Severity.WARNING,
    stricter="购置、工程、修缮类项目",
    needs=_no_classes,
    zh=Words(
        "没有设置成本指标",
        "成本是核心绩效指标，没有成本控制数，钱花得值不值无从比较",
        "请按单位成本或分项成本写出控制数",
    ),
    en=Words(
        "no cost indicator",
        "Cost is a core indicator; without a limit nobody can say whether the money was well spent",
        "State a limit by unit cost or by cost item",
    ),
    cites=(MATCHING, guidance("成本指标")),
    item="资金匹配性",
    flagged=(
        sheet(_QUANTITY, _QUALITY, _EFFECT),
        sheet(("11", "购置车辆数量", "2台"), _QUALITY, _EFFECT, name="购置经费"),
    ),
    passing=(sheet(_QUANTITY, _COST), sheet(("", "帮扶企业数量", "≥20家"))),
)
def cost_missing(material: Material) -> Iterator[Hit]:
    """No cost class; an error for purchases, works and repairs."""
    for job in _jobs(material):
        if job.has(Level2.COST):
            continue
        bought = [
            i
            for i in job.items
            if i.level2 is Level2.QUANTITY_OUTPUT and material.practice.says("purchase", i.predicate)
        ]
        strict = bool(bought) or material.practice.says("purchase", job.project.name)
        yield Hit(job, severity=Severity.ERROR if strict else None, suggestion=_cost_limit(job, material))


def _cost_limit(job: Job, material: Material) -> str:
    counted = [
        (i, c) for i in job.items if i.level2 is Level2.QUANTITY_OUTPUT
        and (c := single(i)) and c.number and c.unit and c.dim in ("count", None) and not c.per
    ]  # fmt: skip
    total = job.project.funds.total
    unit = job.project.money_unit or material.table.money_unit or "万元"
    if counted:
        item, clause = counted[0]
        about = work(item, material.practice)
        limit = f"单位成本≤【…】{unit}/{clause.unit}"
        whole = f"（{figure(clause)}{clause.unit}，项目资金{total}{unit}）" if total is not None else ""
        return f"成本指标：{about}{limit}{whole}"
    return (
        f"成本指标：{quoted(job.project.name)}总成本≤【"
        f"{total if total is not None else '…'}】{unit}，其中【分项】≤【…】{unit}"
    )


@registered(
    code="T18",
    name="cost-without-money",
    title="成本指标没有金额",
    title_en="cost without money",
    severity=Severity.ERROR,
    zh=Words(
        "成本指标的指标值“{value}”没有金额",
        "看不出成本控制在多少，完成与否无法判断",
        "请写出总成本、分项成本或单位成本的上限",
    ),
    en=Words(
        "the cost value “{value}” has no amount",
        "The limit of the cost is not known",
        "State an upper limit of total, item or unit cost",
    ),
    cites=(MATCHING, guidance("成本指标")),
    item="资金匹配性",
    flagged=(sheet(("14", "委托监测费用", "100%")), sheet(("14", "项目成本", "合理"))),
    passing=(
        sheet(("14", "委托监测费用", "≤80万元")),
        sheet(("14", "项目成本", "不超预算")),
        sheet(("14", "成本节约率", "≥5%")),
        sheet(("14", "设备单价（元）", "≤5300")),
    ),
)
def cost_without_money(material: Material) -> Iterator[Hit]:
    """A cost that is neither money, nor a limit, nor a rate of saving; social and ecological costs may be others."""
    for item in material.of(Level2.COST):
        printed = item.indicator.level2 or ""
        if not item.targets or "社会" in printed or "生态" in printed or (item.unnamed and numbered(item.targets[0])):
            continue
        clauses = numbered(item.targets[0])
        limited = any(c.op in ("<=", "<") for c in item.clauses)
        bare = any(not c.unit for c in clauses)  # a missing unit is T23's
        if any(is_money(c) for c in clauses) or limited or bare or material.practice.says("cost_rate", item.predicate):
            continue
        unit = material.jobs[item.project - 1].project.money_unit or material.table.money_unit or "万元"
        yield Hit(item, suggestion=f"{subject(item, material.practice)}≤【…】{unit}（或单价≤【…】元/【份、家、台】）")


@registered(
    code="T19",
    name="quality-missing",
    title="缺质量指标",
    title_en="quality indicator missing",
    severity=Severity.WARNING,
    needs=_no_classes,
    zh=Words("没有设置质量指标", "只考核数量，做得好不好没有标准", "请为主要产出写出合格、达标或通过的标准"),
    en=Words(
        "no quality indicator",
        "With quantity alone, nothing says how well the work must be done",
        "State a standard for the main output",
    ),
    cites=(FORM, guidance("产出指标")),
    item="指标科学性",
    flagged=(sheet(_QUANTITY, _COST, _EFFECT),),
    passing=(sheet(_QUANTITY, _QUALITY),),
)
def quality_missing(material: Material) -> Iterator[Hit]:
    """No quality class in a project that has outputs."""
    for job in _jobs(material):
        if job.has(Level2.QUANTITY_OUTPUT, Level2.TIMELINESS) and not job.has(Level2.QUALITY):
            main = next((i for i in job.items if i.level2 is Level2.QUANTITY_OUTPUT), job.items[0])
            about = work(main, material.practice)
            yield Hit(job, suggestion=f"质量指标：{about}验收（检查、考核）合格率≥【…】%")


@registered(
    code="T20",
    name="satisfaction-missing",
    title="缺满意度指标",
    title_en="satisfaction missing",
    severity=Severity.INFO,
    stricter="面向社会公众或服务对象的项目",
    needs=_no_classes,
    zh=Words(
        "没有设置满意度指标{because}",
        "面向服务对象的项目要由服务对象来评；不面向公众的可以不设，但自评时这部分权重要另行分配",
        "请设置服务对象满意度，或说明不设的理由",
    ),
    en=Words(
        "no satisfaction indicator{because_en}",
        "Those served have to be asked; other projects may do without, and their weight goes elsewhere",
        "Set a satisfaction indicator or say why there is none",
    ),
    cites=(guidance("满意度指标"), FORM),
    item="指标科学性",
    flagged=(sheet(_QUANTITY, _QUALITY, objective=OBJECTIVE), sheet(_QUANTITY, objective="购置车辆，改善办公条件。")),
    passing=(sheet(_QUANTITY, ("31", "服务企业满意度", "≥95%")),),
)
def satisfaction_missing(material: Material) -> Iterator[Hit]:
    """No satisfaction class; a warning where objective or outputs speak of people who are served."""
    for job in _jobs(material):
        if job.has(Level2.RECIPIENT_SATISFACTION):
            continue
        outputs = " ".join(i.both for i in job.items if i.level2 not in OUTCOME)
        word = material.practice.find("public", f"{job.objective} {outputs}")
        whom = {"培训": "参训人员", "帮扶": "受帮扶对象", "信访": "信访人", "宣传": "受众"}.get(word or "", "服务对象")
        yield Hit(
            job,
            values={
                "because": f"，目标中却有“{word}”" if word else "",
                "because_en": f", though the text speaks of “{word}”" if word else "",
            },
            severity=Severity.WARNING if word else None,
            suggestion=f"满意度指标：{whom}满意度≥【…】%（调查方式：…，有效问卷≥【…】份）",
        )


@registered(
    code="T21",
    name="level-missing",
    title="缺产出或效益指标",
    title_en="output or outcome missing",
    severity=Severity.ERROR,
    needs=_no_classes,
    zh=Words(
        "没有设置{absent}", "产出和效益每个项目都必须有，缺一类就说不清花钱做了什么、带来什么", "请补充相应指标和指标值"
    ),
    en=Words(
        "no {absent_en}", "Every project must say what it does and what comes of it", "Add the indicators with values"
    ),
    cites=(FORM, guidance("指标设置")),
    item="规范完整性",
    flagged=(sheet(_QUANTITY, _QUALITY), sheet(_EFFECT)),
    passing=(sheet(_QUANTITY, _QUALITY, _EFFECT),),
)
def level_missing(material: Material) -> Iterator[Hit]:
    """No indicator at all under outputs, or none under outcomes."""
    for job in _jobs(material):
        if not job.has(Level2.QUANTITY_OUTPUT, Level2.QUALITY, Level2.TIMELINESS):
            yield Hit(
                job,
                values={"absent": "产出指标", "absent_en": "output indicator"},
                suggestion=f"产出指标：{quoted(job.project.name)}【主要工作】数量≥【…】【单位】，合格率≥【…】%，【…】月底前完成",
            )
        if not job.has(*OUTCOME):
            yield Hit(
                job,
                values={"absent": "效益指标", "absent_en": "outcome indicator"},
                suggestion=f"效益指标：{quoted(job.project.name)}完成后，【服务对象或环境】的【…】由【…】变为【…】",
            )
