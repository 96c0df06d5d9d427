"""What stands above an indicator table in a stream of cells: the project's name, who spends, its money, its objective."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from hengji.model.table import Funds, PrintedFunds
from hengji.reading.level_words import flat
from hengji.reading.money import amount, is_nothing
from hengji.reading.stream_cells import Token

_BRACKETS = re.compile("[（(][^（）()]*[)）]|[:：*]")
_LABELS = (
    ("name", re.compile("(?:二级|申报|转移支付|专项)?项目名称|专项名称|转移支付名称|二级项目名称")),
    ("code", re.compile("项目(?:代码|编码|编号)")),
    ("supervising_department", re.compile("(?:项目|地方|市级|预算)?主管部门(?:及(?:代码|编码))?(?:名称)?")),
    ("fund_user", re.compile("(?:资金使用|项目实施|项目执行|实施|预算|项目|填报)(?:单位|部门)")),
    ("objective_pair", re.compile("预期目标|年初设定目标|项目年度目标|年初绩效目标")),
    ("actual_pair", re.compile("(?:年度|全年)?(?:总体)?(?:目标)?(?:实际)?完成情况(?:综述)?|年度目标完成情况|目标实际完成情况")),
    ("whole_term_objective", re.compile("中期目标|中长期目标|实施期目标|长期绩效目标")),
    ("objective", re.compile("(?:年度|总体|整体|本年)?(?:总体)?绩效?(?:总|总体)?目标(?:总体描述)?|年度总体目标|年度绩效总目标|年度目标")),
)  # fmt: skip
_MONEY = (
    ("total", re.compile("(?:年度|当年|中期)?资金总额|(?:年度)?(?:总金额|金额)|总额|资金总额|项目金额|预算申报数|转移支付预算数")),
    ("fiscal_appropriation", re.compile("(?:其中)?(?:本年|当年)?(?:财政拨款|一般公共预算(?:拨款)?|财政资金)")),
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


def labelled(tokens: Sequence[Token]) -> Labelled:
    """The contents of known labels among cells in order: what stands behind a label belongs to it."""
    found = Labelled()
    figures: list[str] = []
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
            _take_money(found, role, token, tokens[k + 1 : k + 9], figures)
            continue
        if (role := _role(short, _LABELS)) and role not in found.texts:
            _take_text(found, role, tokens, k)
    for pair, own in (("objective_pair", "objective"), ("actual_pair", "objective_actual")):
        if pair in found.texts:
            found.texts[own] = found.texts.pop(pair)
    return found


def _take_text(found: Labelled, role: str, tokens: Sequence[Token], k: int) -> None:
    if k + 1 >= len(tokens):
        return
    content = tokens[k + 1]
    after = _role(_BRACKETS.sub("", flat(content.text)), _LABELS)
    if after is not None or _IS_LABEL.fullmatch(_BRACKETS.sub("", flat(content.text))):
        pairs = {("objective_pair", "actual_pair"), ("objective", "actual_pair"), ("whole_term_objective", "objective")}
        if (role, after) in pairs and k + 3 < len(tokens):  # two headings side by side, their contents below
            for name, token in zip((role, after), tokens[k + 2 : k + 4], strict=True):
                if name is not None and not is_nothing(token.text):
                    found.texts.setdefault(name, token.text)
        return
    if not is_nothing(content.text) and not (role in _AIMS and len(content.text) < _SHORTEST_AIM):
        found.texts[role] = content.text


def _take_money(found: Labelled, role: str, label: Token, behind: Sequence[Token], figures: Sequence[str]) -> None:
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
        found.money.setdefault(role, known[0].value)


def _role(words: str, table: Sequence[tuple[str, re.Pattern[str]]]) -> str | None:
    return next((role for role, pattern in table if pattern.fullmatch(words)), None)
