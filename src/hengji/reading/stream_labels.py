"""What stands above an indicator table in a stream of cells: the project's name, who spends, its money, its objective."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hengji.model.table import Funds, PrintedFunds
from hengji.reading.level_words import flat, is_level1
from hengji.reading.money import amount, is_nothing
from hengji.reading.stream_cells import Token
from hengji.reading.stream_roles import stream_role

_BRACKETS = re.compile("[（(][^（）()]*[)）]|[:：*]")
_LABELS = (
    ("name", re.compile("(?:二级|申报|转移支付|专项)?项目名称|专项名称|转移支付名称")),
    ("code", re.compile("项目(?:代码|编码|编号)")),
    ("supervising_department", re.compile("(?:项目|地方|市级|县级|区级|本级|预算)?主管(?:部门|单位)(?:及(?:代码|编码))?(?:名称)?")),
    ("fund_user", re.compile("(?:资金使用|项目实施|项目执行|实施|预算|项目|填报)(?:单位|部门)")),
    ("department", re.compile("(?:部门|单位)名称|单位信息|(?:填报|编报|申报)(?:单位|部门)(?:名称)?")),
    ("objective_pair", re.compile("预期目标|年初设定(?:绩效)?目标|项目年度目标|年初(?:绩效)?目标|预期绩效目标")),
    ("actual_pair", re.compile("(?:年度|全年)?(?:总体)?(?:绩效)?(?:目标)?(?:实际)?完成情况(?:综述)?")),
    ("whole_term_objective", re.compile("(?:中期|中长期|实施期|实施周期|长期)(?:总体)?(?:绩效)?(?:总体)?目标")),
    ("objective", re.compile(
        "(?:本?年度|当年|总体|整体|本年|项目)?(?:总体|整体)?(?:绩效)?(?:总|总体)?目标(?:总体)?(?:描述)?|项目总体情况"
    )),
)  # fmt: skip
_MONEY = (
    ("total", re.compile(
        "(?:年度|当年|中期)?资金总额|(?:年度)?(?:总金额|金额)|总额|项目金额|预算申报数|(?:转移支付)?预算数|全年预算数"
    )),
    ("fiscal_appropriation", re.compile("(?:其中)?(?:本年|当年)?(?:财政拨款|一般公共预算(?:拨款)?|财政资金)(?:小计)?")),
    ("special_account", re.compile("财政专户管理资金")),
    ("other_funds", re.compile("(?:当年)?其他资金")),
    ("carry_over", re.compile("上年结转(?:资金)?")),
)  # fmt: skip
_FIGURES = (
    ("original_budget", re.compile("年初预算(?:数)?")),
    ("final_budget", re.compile("全年预算数|调整后预算数|全年调整预算数|年度预算数")),
    ("outturn", re.compile("(?:全年|预算)?执行数")),
    ("max_points", re.compile("分值(?:权重)?|权重")),
    ("execution_rate", re.compile("(?:预算)?执行率")),
    ("points", re.compile("得分")),
    ("reason", re.compile("原因")),
)
_RATE = re.compile(r"([0-9.]+)[%％]")
_IS_LABEL = re.compile(
    "项目(?:属性|期|负责人|联系人|类[别型]|级次|分类|总投资|开始日期|完成日期)|负责人|联系电话|资金来源|年度|绩效指标|联系人(?:及电话)?|"
    "项目资金|资金情况|总体目标|年度|目标|总体|单位|职能职责.*"
)


_AIMS = ("objective", "objective_pair", "whole_term_objective")
_WHOLE_TERM_MONEY = re.compile("中期资金总额|实施期资金总额")
_TITLE = re.compile(r"(?:[0-9]{1,3}[、.．])?\S{0,60}(?:绩效|支出)目标\S{0,8}表(?:[（(].{0,12}[)）])?")
_NUMBERED_AIM = re.compile(r"(?=目标[0-9]{1,2}[:：])")
_LEADING_POINTS = re.compile(r"^[0-9]{1,3}(?:\.[0-9]+)?(?=目标[0-9]|$)")
# Words with which the account of what was done begins, behind the sentence of what was meant to be done.
_DONE = re.compile("(?<=[。；;])(?=已|基本(?:完成|达)|全年|全部|各项|均已|按计划|按时|本年|年度任务|任务)")
_SHORTEST_AIM = 8  # characters of an objective; what is shorter is a label or a figure
_CODE = re.compile(r"^[\[［]?[0-9]{3,}[\]］]?[-—]?")
_OFFICE = re.compile(
    "(?:局|委|办|室|院|校|学|站|馆|部|厅|政府|会|处|公司|队|所|镇|乡|街道|园|社|中心|支行|医院|法院|机关)$"
)


def office(*names: str | None) -> str | None:
    """The first of these that is the name of an office, its code taken off."""
    for name in names:
        bare = _CODE.sub("", (name or "").strip("。 "))
        if len(bare) >= 3 and _OFFICE.search(bare):
            return bare
    return None


@dataclass(slots=True)
class Labelled:
    """Contents by label, and the money."""

    texts: dict[str, str] = field(default_factory=dict)
    money: dict[str, Decimal] = field(default_factory=dict)
    printed: list[PrintedFunds] = field(default_factory=list)

    @property
    def funds(self) -> Funds:
        """The money; the total is the final, or where only that is printed the original budget."""
        money = dict(self.money)
        total = money.get("final_budget", money.get("original_budget"))
        if total is not None:
            money["total"] = total
        return Funds(**money)


_PAIRS = {
    ("objective_pair", "actual_pair"),
    ("objective", "actual_pair"),
    ("whole_term_objective", "objective"),
}


def labelled(tokens: Sequence[Token]) -> Labelled:
    """The contents of known labels among cells in order: what stands behind a label belongs to it."""
    found = Labelled()
    figures: list[str] = []
    halves = False  # the whole term's money stands before the year's, under the same labels
    for k, token in enumerate(tokens):
        words = flat(token.text)
        inside = re.fullmatch(r"([^:：]{2,16})[:：](.+)", words)
        if inside and (role := _role(inside[1], _LABELS)) and role not in found.texts and role not in ("actual_pair",):
            found.texts[role] = re.split("[:：]", token.text, maxsplit=1)[1].strip()
            continue
        short = _BRACKETS.sub("", words)
        if not short or len(short) > 18:
            continue
        if role := _role(short, _FIGURES):
            figures.append(role)
            continue
        if role := _role(short, _MONEY):
            halves |= bool(_WHOLE_TERM_MONEY.fullmatch(short))
            _take_money(found, role, token, tokens[k + 1 : k + 9], figures, halves)
            continue
        if (role := _role(short, _LABELS)) and role not in found.texts:
            _take_text(found, role, tokens, k)
    for pair, own in (("objective_pair", "objective"), ("actual_pair", "objective_actual")):
        if pair in found.texts:
            found.texts[own] = found.texts.pop(pair)
    if "objective" not in found.texts and "whole_term_objective" in found.texts:
        found.texts["objective"] = found.texts.pop("whole_term_objective")  # the only objective of the form
    return found


def _take_text(found: Labelled, role: str, tokens: Sequence[Token], k: int) -> None:
    if k + 1 >= len(tokens):
        return
    content = tokens[k + 1]
    words = _BRACKETS.sub("", flat(content.text))
    after = _role(words, _LABELS)
    if (role, after) in _PAIRS and after is not None:
        texts = []
        for token in tokens[k + 2 :]:
            if is_label(_BRACKETS.sub("", flat(token.text))) or is_level1(flat(token.text)):
                break
            texts.append(token.text)
        for name, text in zip((role, after), _pair(texts), strict=True):
            if text and not is_nothing(text):
                found.texts.setdefault(name, text)
        return
    if after is not None or is_label(words) or _TITLE.fullmatch(flat(content.text)):
        return
    if not is_nothing(content.text) and not (role in _AIMS and len(content.text) < _SHORTEST_AIM):
        found.texts[role] = content.text


def is_label(words: str) -> bool:
    """Whether a short text is a label or a heading, so that it is the content of no label before it."""
    return len(words) <= 18 and bool(
        _IS_LABEL.fullmatch(words)
        or _role(words, _LABELS)
        or _role(words, _MONEY)
        or _role(words, _FIGURES)
        or stream_role(words) in ("level1", "level2", "name", "annual_target")
    )


def _pair(texts: Sequence[str]) -> tuple[str | None, str | None]:
    """What was meant and what was done, printed behind their two headings: beside each other, or in one run."""
    given = [t for t in (_LEADING_POINTS.sub("", t.strip()) for t in texts) if t]
    if any(t.startswith("目标1") for t in given):
        # 目标1 目标1 目标2 目标2 …: both columns line by line.
        parts = [p for p in _NUMBERED_AIM.split("".join(given)) if p]
        return "".join(parts[0::2]) or None, "".join(parts[1::2]) or None
    if len(given) == 1:
        given = _DONE.split(given[0], maxsplit=1)
    return (given[0] if given else None), (given[1] if len(given) > 1 else None)


def _take_money(
    found: Labelled, role: str, label: Token, behind: Sequence[Token], figures: Sequence[str], halves: bool
) -> None:
    values: list[str] = []
    for token in behind:
        text = token.text.strip()
        if not (is_nothing(text) or _RATE.fullmatch(text) or amount(text.removesuffix("万"))):
            break
        values.append(text)
    if not values:
        return
    numbers = [amount(v.removesuffix("万")) for v in values if not _RATE.fullmatch(v)]
    known = [n for n in numbers if n is not None]
    found.printed.append(PrintedFunds(label.text, tuple(values)))
    if role == "total" and "outturn" in figures:
        given = [f for f in figures if f != "reason"]
        if len(values) == len(given):
            for name, value in zip(given, values, strict=True):
                rate = _RATE.fullmatch(value)
                said = Decimal(rate[1]) if rate else (a.value if (a := amount(value.removesuffix("万"))) else None)
                if said is not None:
                    found.money.setdefault(name, said)
            return
    if known and not ("outturn" in figures and role != "total" and len(values) < 2):
        if halves or role not in found.money:
            found.money[role] = known[0].value


def _role(words: str, table: Sequence[tuple[str, re.Pattern[str]]]) -> str | None:
    return next((role for role, pattern in table if pattern.fullmatch(words)), None)
