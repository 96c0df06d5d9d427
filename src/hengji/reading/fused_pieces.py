"""Fused text (cells that follow each other without any mark) → pieces: every place where a cell may begin or end.

Cutting is left to `stream_align`: a piece says what a cut before it costs (`cut`) and what it costs not to cut there
(`join`). Words of headings and levels, signs, known units, repeated words and the ends of names make the places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hengji.model.units import known_unit
from hengji.reading.stream_cells import Token

_SPACES = re.compile(r"\s+")
_PAGE = re.compile(r"\n[ \t]*\n[ \t]*[0-9]{1,3}、")
_HEADING = re.compile(
    "评价标准确定依据|绩效指标(?:分类|描述|解释|评价标准)|(?:年度|全年|中期|长期|实施周期|半年)?(?:[（(]程[)）])?(?:一级|二级|三级)绩?效?指标"
    "|(?:年度|全年)?实际完成(?:指标)?值|(?:年度|全年)?(?:实际|完成)值|实际完成情况|(?:年度|全年|半年|中期|长期|实施周期|预期)?(?:指标)?(?:目标|指标)值"
    "|指标(?:名称|内容|类[型别]|分类|解释|说明|描述|性质|方向性?)|评分标准|考核(?:内容|指标)|(?:计量|度量)单位|计算符号|指标权重(?:[（(]分[)）])?|分值(?:[（(]权重[)）])?|权重(?:[（(][分%％][)）])?|权数|指标得分(?:[（(]分[)）])?|自评得分|得分"
    "|(?:未完成原因|偏差原因)(?:分析)?(?:及(?:拟采取的)?改进措施)?|完成率|备注|说明|绩效指标|优(?=良中差)|良(?=中差)|(?<=优良)中(?=差)|(?<=优良中)差"
)
_CHAIN = re.compile(f"(?:{_HEADING.pattern}){{3,}}(?:[0-9]{{1,3}}(?=[\u4e00-\u9fff]))?")
_NAMES = re.compile("三级指标|指标名称|指标内容|绩效指标描述|具体指标")
_FORM_LABEL = re.compile(
    "(?:二级|专项)?项目名称|专项名称|一级项目名称|(?:项目|中央|地方|省级|市级)?主管部门|省级财政部门|(?:项目)?(?:实施|执行|预算)单位|项目负责人(?:及电话)?|部门联系人|联系电话"
    "|项目(?:类型|分类|开始日期|完成[日H]期|总投资)|(?:年度)?资金总额[:：]?|年度总金额|其中[:：]?(?:本年)?财政(?:拨款|资金)|(?:其他|上年结转)资金|预算申报数|资金性质"
    "|(?:项目)?资金(?:情况)?[（(](?:万元|元)[)）]|年初预算数|全年(?:[（(]调整[)）])?预算数(?:[（(]A[)）])?|全年执行数(?:[（(]B[)）])?|执行率(?:[（(]B/A[)）])?|(?:预算|执行)数[:：]|分值|得分"
    "|年度总体目标完成情况(?:综述)?|年度总体目标|总体目标|年度绩效目标|绩效目标(?!表|自评)|年初设定目标|预期目标|(?:全年目标|目标)?实际完成情况|年初绩效目标"
    "|\\d{1,2}、[^。；，、]{4,60}?绩效目标表|[（(]20\\d\\d年度?[)）]|绩效目标自评表|项目支出绩效目标表|区域绩效目标自评表"
)
_LEVEL = re.compile(
    "(?:产出|效益|满意度|数量|质量|时效|成本|(?:经济|社会|生态)效益|可持续影响|服务对象满意度)值(?=[\u4e00-\u9fff*★])|(?:(?:项目)?(?:产出|效益|效果|满意度|完成|投入|过程)类?指标|(?:产出)?(?:数量|质量|时效)指标|(?:经济|社会|生态环境)?成本指标"
    "|(?:经济|社会|生态|生态环境|环境)效[益果](?:指标)?|可持续影响(?:期限)?(?:指标)?|(?:社会公众或)?服务对象满意度指标|社会公众满意度指标)等?(?:[（(][^（()）]{1,12}[)）])?"
)
_STRONG_START = re.compile(
    "(?<![★☆*:：])[★☆*]{1,3}(?=[\u4e00-\u9fff])|[★☆*]*指标[0-9]{1,2}(?:[:：、]|\\.(?![0-9]))|反映(?=.{2,30}(?:情况|水平|程度))|[≥≤＞＜><=＝═≧≦]{1,2}(?=[0-9])"
    "|(?:(?:大于|小于)(?:等于)?|等于|不少于|不低于|不超过|不高于|不大于|不小于|达到|至少|约|控制在)(?=[0-9])"
)
_SIGN_START = re.compile("[≥≤＞＜><=＝═≧≦]")
_NUMBER = re.compile(r"[0-9](?:[0-9,.]*[0-9])?")
_MONTHS = re.compile("(?<![0-9])[0-9]{1,2}月|20[0-9]{2}年")
_DATE = re.compile(
    "20[0-9]{2}(?:年|[.]|-(?=[0-9]{2}))(?:年?[0-9]{1,2}月?(?:[0-9]{1,2}日)?)?(?:[-—~至到]{1,2}(?:20[0-9]{2}[年.-])?[0-9]{1,2}(?:月(?:[0-9]{1,2}日)?|日))?(?:年?[底末初]?之?前|年?底)?"
)
_BRACKETED = re.compile("[（(][^（()）]{1,24}[)）]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
# A word that begins like a unit: 项目, 人均, 部分.
_NO_UNIT = re.compile(
    "项目|人均|人员|人数|部分|部门|年度|节约|节能|度汛|次数|件数|班级|站点|处置|处理|台账|门诊|种植|组织|点位|网络|路面|队伍|群众|本地|首次|支出|支付|户均|场馆|区域|社区|村级|市民|省级|县级|等级|对象"
)
_WORD_TOO = "村乡镇县市区省州校厂队组班段节级种门项部点站本面线路网"  # units that also begin words: 校园, 村民
_PREFIX = re.compile("[★☆*]*(?:指标[0-9]{1,2}[:：.、])?[★☆*]*$")
_POINTS = re.compile("[0-9]{1,2}(?:\\.[0-9])?")
_TWICE = re.compile(r"([^≥≤＞＜><=＝]{2,24})\1")
_NAME_END = re.compile(
    "率|数量|人数|次数|户数|天数|场次|人次|台数|数(?=[≥≤＞＜><=0-9])|性|度|时间|时限|情况|水平|周期|成本|标准|面积|长度|费用?|经费|支出|投入|金额|比例|规模|年限|期限|风貌|能力|素质|机制|完善|提升|环境"
)
_STATE_START = re.compile(
    "按|符合|达成|基本|已(?=完成|达)|在(?=项目)|得到|有所|有效|明显|显著|持续|逐步|稳步|不断|程度|影响可|以(?=批)|根据|及时(?!性|率)|安全(?=度汛|稳定)|较|全部|部分(?=达成)|良好|优秀|保持|满足|严格|合规|规范"
    "(?!性|化)|健全(?!性)|达标(?!率)|完成(?!率|时|情)|长期|可持续(?!影响)|全年|年底|无(?=重大|明显|.{2,4}$)|充分|合理|每(?=月|季|年|周)|是|一般|巩固|增强|优化"
)
_REASON = re.compile("(?<=[0-9%％])无(?=[\u4e00-\u9fff*★\n]|$)|受(?=.{2,10}影响)|由于|因(?=.{2,12}(?:，|,|导致))")
_REASON_END = re.compile("提醒|力度|履约|力量|管理|目标值|加快|改进|进度|支付|沟通|协调|落实|整改|监督|督促")
_BARE_LEVEL = re.compile(
    "(?<=指标)(?:服务对象|社会公众)满意度(?!指标|值)|(?<=[)）])(?:服务对象|社会公众)满意度(?!指标|值)"
)
_STATE_END = re.compile(
    "标准|要求|完成|改善|提升|提高|健全|完善|规范|合规|及时|良好|较好|一般|较差|达标|持续|长期|目标|指标|执行|推进|工作|为准|保障|增强|降低|减少|减轻|年底前|底前|月底|全年|以内|以上|左右|预算内|稳定|可持续|度汛|险情|成效"
)
_MODIFIERS = re.compile("以上|以下|以内|左右|及以上|之前|前|底|内|之间|[~～—\\-至到、，,；/·（(]|[0-9]")
_TAIL = re.compile("总\\s*分(?:[0-9.]+)?|合计(?:[0-9.]+)?|注[:：]")
_FREE = 0.8  # a cut where only one side speaks for it
_NO_CUT = 3.0  # two cells as one where a cell ends for certain


def fused_tokens(text: str) -> list[Token]:
    """Pieces of a text that holds headings of an indicator table one behind the other; empty where it holds none."""
    flat, origin = _flattened(text)
    chains = [m for m in _CHAIN.finditer(flat) if _NAMES.search(m[0])]
    if not chains:
        return []
    tokens: list[Token] = []
    at = 0
    for k, chain in enumerate(chains):
        tokens += _words(flat, origin, at, chain.start(), _FORM_LABEL)
        tokens += _words(flat, origin, chain.start(), chain.end(), _HEADING)
        stop = chains[k + 1].start() if k + 1 < len(chains) else len(flat)
        end = _region_end(flat, chain.end(), stop)
        tokens += _pieces(flat, origin, chain.end(), end, _is_dense(chain[0]))
        at = end
    return tokens + _words(flat, origin, at, len(flat), _FORM_LABEL)


def pieces_of(text: str) -> list[Token]:
    """The pieces of a text that holds rows and nothing else."""
    flat, origin = _flattened("\n" + text)
    return [t._replace(start=t.start - 1, end=t.end - 1) for t in _pieces(flat, origin, 1, len(flat))]


def _flattened(text: str) -> tuple[str, list[int]]:
    """A text without blanks and page marks, line breaks kept as such where lines are rows; where each character stood."""
    kept: list[str] = []
    origin: list[int] = []
    at = 0
    skipped = [m.span() for m in _PAGE.finditer(text)]
    for gap in sorted([*skipped, *(m.span() for m in _SPACES.finditer(text))], key=lambda g: (g[0], -g[1])):
        if gap[0] < at:
            continue
        kept.append(text[at : gap[0]])
        origin += range(at, gap[0])
        if "\n" in text[gap[0] : gap[1]] and gap not in skipped:
            kept.append("\n")
            origin.append(gap[0])
        at = gap[1]
    kept.append(text[at:])
    origin += range(at, len(text))
    return "".join(kept), origin


def _region_end(flat: str, start: int, stop: int) -> int:
    ends = [
        m.start()
        for m in (
            _TAIL.search(flat, start, stop),
            re.compile(r"\d{1,2}、[^。；，、\n]{4,60}?绩效目标表|\n(?:附件|扫一扫|【)").search(flat, start, stop),
        )
        if m
    ]
    return min(ends, default=stop)


def _words(flat: str, origin: Sequence[int], start: int, end: int, known: re.Pattern[str]) -> list[Token]:
    """The known words in a stretch of text, and what stands between them."""
    spans: list[tuple[int, int]] = []
    at = start
    for found in known.finditer(flat, start, end):
        spans += [*_lines(flat, at, found.start()), found.span()]
        at = found.end()
    spans += _lines(flat, at, end)
    return [_token(flat, origin, a, b) for a, b in spans]


def _lines(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for line in re.finditer("[^\n]+", flat[start:end]):
        yield start + line.start(), start + line.end()


def _token(flat: str, origin: Sequence[int], start: int, end: int, cut: float = 0.0, join: float = 0.0) -> Token:
    return Token(flat[start:end], origin[start], origin[end - 1] + 1, "", cut, join)


def _is_dense(headings: str) -> bool:
    """Whether figures of several columns run together: unit before value, weight, actual and points behind it."""
    at = [headings.find(word) for word in ("单位", "指标值", "权重", "完成值", "得分")]
    return -1 not in at and at == sorted(at)


def _pieces(flat: str, origin: Sequence[int], start: int, end: int, dense: bool = False) -> list[Token]:
    """The pieces of the rows; `dense` where figures of several columns stand together and nothing else has figures."""
    cuts: dict[int, tuple[float, float]] = {}  # where: what a cut costs, what none costs
    inside = {p for m in _BRACKETED.finditer(flat, start, end) for p in range(m.start() + 1, m.end())}

    for found in _DATE.finditer(flat, start, end):
        inside.update(range(found.start() + 1, found.end()))

    def mark(at: int, cut: float, join: float) -> None:
        if start < at < end and at not in inside:
            old = cuts.get(at, (cut, join))
            cuts[at] = (min(cut, old[0]), max(join, old[1]))

    for found in re.finditer("反映", flat[start:end]):
        at = start + found.start()
        for length in range(30, 1, -1):
            if at - length >= start and flat[at - length : at] == flat[at + 2 : at + 2 + length]:
                lead = _PREFIX.search(flat, max(start, at - length - 8), at - length)
                mark(lead.start() if lead else at - length, 0.0, _NO_CUT)
                inside.update(range(at + 1, at + 2 + length))
                close = re.compile("的?(?:实际)?(?:情况|水平|程度)").match(flat, at + 2 + length)
                if close:
                    inside.update(range(at + 2 + length, close.end()))
                    mark(close.end(), 0.0, _NO_CUT)
                break
    for found in _LEVEL.finditer(flat, start, end):
        mark(found.start(), 0.0, _NO_CUT)
        mark(found.end(), 0.0, _NO_CUT)
    for found in _STRONG_START.finditer(flat, start, end):
        mark(
            found.start(),
            0.0,
            _NO_CUT if found[0][0] in "≥≤＞＜><=＝═≧≦★☆*" or "指标" in found[0] or found[0] == "反映" else 0.5,
        )
    for found in _NUMBER.finditer(flat, start, end):
        before = flat[found.start() - 1]
        if not (before.isdigit() or _SIGN_START.match(before)):
            mark(
                found.start(),
                0.1,
                2.5 if dense and len(found[0]) > 2 and flat[found.end() : found.end() + 1] != "年" else 0.5,
            )
        mark(found.end(), 0.6, 0.0)
        half = len(found[0]) // 2
        if (
            not dense
            and half
            and found[0][:half] == found[0][half:]
            and found[0][0] != "0"
            and _POINTS.fullmatch(found[0][:half])
        ):
            mark(found.start() + half, 0.3, 0.0)  # full points and points: 1010
        stop, known = _value_end(flat, found.end(), end)
        if known and stop == found.end() + 1 and flat[stop - 1] in _WORD_TOO and _CHINESE.match(flat, stop):
            mark(stop, 0.3, 0.2)
            mark(found.end(), 0.3, 0.2)
        elif not known:
            mark(stop, 0.6, 0.0 if _MODIFIERS.match(flat, stop) else 2.5 if dense else 0.5)
        elif not _MODIFIERS.match(flat, stop):
            mark(stop, 0.0, 2.0)
        elif flat[stop].isdigit():
            mark(stop, 0.0, 0.2 if flat[stop - 1] in "年月日" else 2.0)
        for length in range(1, 9):  # a unit in a column of its own before the value
            if known_unit(flat, found.start() - length, found.start()) == found.start():
                mark(found.start() - length, 0.3, 0.0)
    for found in _MONTHS.finditer(flat, start, end):
        mark(found.start(), 0.1, 0.0)
    for found in _REASON.finditer(flat, start, end):
        mark(found.start(), 0.3, 0.0)
        if found[0] == "无":
            mark(found.end(), 0.0, 1.0)
    for found in _REASON_END.finditer(flat, start, end):
        mark(found.end(), _FREE, 0.0)
    for found in _BARE_LEVEL.finditer(flat, start, end):
        mark(found.end(), 0.1, 1.0)
    for found in _TWICE.finditer(flat, start, end):
        if not _CHINESE.search(found[1]):
            continue
        middle = found.start() + len(found[1])
        mark(found.start(), 0.2, 0.0)
        mark(middle, 0.0, 1.0)
        mark(found.end(), 0.2, 0.0)
    ends = {m.end() for m in _NAME_END.finditer(flat, start, end)}
    begins = {m.start() for m in _STATE_START.finditer(flat, start, end)}
    for at in ends | begins:
        mark(at, 0.1 if at in ends and at in begins else _FREE, 0.3 if at in ends and at in begins else 0.2)
    for found in _STATE_END.finditer(flat, start, end):
        mark(found.end(), _FREE, 0.2)
    for found in re.finditer("[-—－]", flat[start:end]):
        at = start + found.start()
        if not ((flat[at - 1].isdigit() or flat[at - 1] in "年月日%％") and flat[at + 1 : at + 2].isdigit()):
            mark(at, 0.3, 0.0)
            mark(at + 1, 0.3, 0.0)
    for found in re.finditer("\n", flat[start:end]):
        mark(start + found.start(), 0.0, _NO_CUT)
        mark(start + found.end(), 0.0, 0.0)
    edges = [start, *sorted(cuts), end]
    pieces = []
    for a, b in pairwise(edges):
        if flat[a:b].strip():
            cut, join = cuts.get(a, (0.0, 0.0))
            pieces.append(_token(flat, origin, a, b, cut, join if flat[a - 1] != "\n" else _NO_CUT))
    return pieces


def _value_end(flat: str, at: int, end: int) -> tuple[int, bool]:
    """Where the unit behind a number ends, and whether there is one that is known: 万元/平方米·年."""
    if _NO_UNIT.match(flat, at):
        return at, False
    start = at + 1 if flat[at : at + 1] in ("万", "亿", "千", "百") and known_unit(flat, at + 1, end) > at + 1 else at
    stop = max(known_unit(flat, at, end), known_unit(flat, start, end))
    if stop == at:
        return at, False
    while flat[stop : stop + 1] in ("/", "·") and (more := known_unit(flat, stop + 1, end)) > stop + 1:
        stop = more
    return stop, True
