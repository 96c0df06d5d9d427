"""Forms whose grid got lost: cells in their order, one behind the other, merged ones written once.

Web pages and copied office files come like that: a row a line with the merged cells of the rows below missing, one cell
a line, cells parted by blanks. The headings tell the columns and their order; what each cell looks like tells which of
them a row has (`stream_align`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from hengji.model.finding import Severity
from hengji.model.table import Funds, Project, TableKind
from hengji.reading.cell_fits import is_sum_of_unit, misfit
from hengji.reading.cells import Cell
from hengji.reading.faults import left_over
from hengji.reading.front_matter import name_in
from hengji.reading.fused_pieces import fused_tokens
from hengji.reading.grid import Column, Document, Reading, Refused
from hengji.reading.heads import kind_of, read_heads
from hengji.reading.level_words import flat, is_level2
from hengji.reading.money import amount
from hengji.reading.open_text import without_page_marks
from hengji.reading.order import cells_out_of_order
from hengji.reading.stream_align import lay
from hengji.reading.stream_cells import Token, cells, labels_joined, quoted, torn_labels_joined, wrapped_lines_joined
from hengji.reading.stream_figures import cut_runs, doubtful_signs, run_on, sign_as_digit
from hengji.reading.stream_heads import StreamHeader, stream_headers
from hengji.reading.stream_labels import labelled, office
from hengji.reading.stream_rows import Draft, drafts, indicators

_MOST_PIECES = 14  # of a cell of fused text
_MOST = 1_000_000  # characters of a document read this way
_MOST_FUSED = 30_000  # of fused text: every cut in it is weighed
_FEWEST_QUOTED = 8
_ODD = 1.4  # a misfit from which on a cell looks like that of another column
_ODD_ROWS, _MOST_ODD = 2, 0.15  # odd rows, and their share, from which on the order of the cells cannot be trusted
# What must stand above a table that can be read this way; anything else is not looked at closer.
_HEADED = re.compile(
    "三\\s{0,3}级|指\\s{0,3}标\\s{0,3}(?:名\\s{0,3}称|内\\s{0,3}容|描\\s{0,3}述)|考核指标|绩效金额|具体指标"
)
_FRAME = re.compile(
    "(?:(?:本|全)?年度)?绩效(?:项目)?指标(?:完成情况|表)?(?:[（(].*[)）])?|……|\\.{3,6}|[★☆*]*指标\\d{1,2}[:：.、]?|[（(]\\d{1,3}分[)）]"
)
_END = re.compile(
    "(?:总\\s*分|合\\s*计|总\\s*计|自评总分|注|填[报表]人|制表人|填表说明|审核人)(?:[:：].*|[0-9.]*分?)?|附件.{0,3}[:：]?|扫一扫.*|分享到.*|字号.*|【打印.*|主办.*|版权所有.*|上一篇.*|下一篇.*"
    "|财政(?:部门|资金).*(?:意见|[)）])|评价结论|存在问题|其他需要说明.*|项目负责人[:：].*|联系电话.*|最近年度绩效评价情况|注[:：].*|说明[:：].*"
    "|.{2,20}[（(]盖章[)）].*|[（(][一二三四五六七八九十]{1,2}[)）].*|[一二三四五六七八九十]{1,2}、.*"
)
_FORM = re.compile(
    "(?:[0-9]{1,2}、)?(?:转移支付|专项)?.{0,6}项目.{0,2}名称|专项名称|主管部门.{0,6}|金额单位.*|单位[:：].{1,4}|.{0,60}绩效.{0,12}表(?:[（(].{0,12}[)）])?"
)
_PIPES = ("|", "｜", "│", "┃")
_OFFICE = re.compile(
    r"[\[［]?[0-9]{3,9}[\]］]?[-—]?[\u4e00-\u9fff]{2,30}(?:局|委员会|中心|办公室|学校|学院|医院|站|馆|处|部门|厅|院|校)"
)
_SPLIT_LABEL = re.compile(
    "(?:年度)?总体目标|年度目标|主管部门及(?:代码|编码)|一级指标|二级指标|三级指标|指标内容|年度指标值|实际完成值|分值|得分"
)


def read_stream(document: Document) -> Reading | None:
    """The projects of all forms in a text of which only the order of cells is left; None where it holds none.

    Raises:
        Refused: names and values do not alternate as the headings say (R08).
    """
    text = document.text
    if text is None or len(text) > _MOST or not _HEADED.search(text):
        return None
    text = without_page_marks(text)
    scrambled = False
    for tokens, parts in _ways(text):
        headers = stream_headers(tokens)
        if not headers:
            continue
        reading, odd = _read(tokens, headers, parts)
        count = sum(len(p.indicators) for p in reading.projects)
        if count and odd < max(_ODD_ROWS, count * _MOST_ODD):
            return reading
        scrambled |= count > 0
    if scrambled:
        raise Refused(cells_out_of_order())
    return None


def _ways(text: str) -> Iterator[tuple[list[Token], int]]:
    """The ways to cut a text into cells, each with the most pieces of a cell; the coarser first."""
    if text.count('","') > _FEWEST_QUOTED:
        yield quoted(text), 1
    coarse = cells(text)
    piped = [line.rstrip() for line in text.splitlines() if any(p in line for p in _PIPES)]
    if sum(line.endswith(_PIPES) for line in piped) * 2 > len(piped) > 0:
        coarse = wrapped_lines_joined(coarse)
    yield labels_joined(coarse, _SPLIT_LABEL), 1
    yield labels_joined(cells(text, at_blanks=True), _SPLIT_LABEL), 2
    if len(text) <= _MOST_FUSED and (fused := fused_tokens(text)):
        yield fused, _MOST_PIECES


def _read(tokens: Sequence[Token], headers: Sequence[StreamHeader], parts: int) -> tuple[Reading, int]:
    """The forms below these headings, and how many of their rows look as if their cells were not theirs."""
    reading = Reading([])
    above = odd = 0
    for k, header in enumerate(headers):
        stop = headers[k + 1].first if k + 1 < len(headers) else len(tokens)
        end = _end(tokens, header, stop)
        head = tokens[above : header.first]
        if not reading.projects:
            _heads(reading, head)
        reading.columns += [Column(h.text, h.role, h.token.place) for h in header.columns]
        inside = [t for t in tokens[header.stop : end] if not _FRAME.fullmatch(flat(t.text))]
        laid = lay(torn_labels_joined(inside), [h.role for h in header.columns], parts)
        found, left = drafts(laid.rows, header.columns)
        roles = [h.role for h in header.columns]
        if parts == _MOST_PIECES:
            reading.findings += [run_on(draft) for draft in cut_runs(found, roles)]
        reading.findings += [sign_as_digit(draft, said) for draft, said in doubtful_signs(found)]
        if any(h.role == "project" for h in header.columns):
            _projects(reading, found)
        else:
            _project(reading, head, found, header)
        for token in laid.left:
            of_unit = is_sum_of_unit(token.text)
            severity = Severity.INFO if of_unit else Severity.WARNING
            reading.findings.append(left_over(token.text, token.place, "指标表中", severity))
            reading.partly |= not of_unit
        for row in left:
            token = next(iter(row.cells.values()))
            words = " ".join(t.text for t in row.cells.values())
            reading.findings.append(left_over(words, token.place, "指标表中一行", Severity.WARNING))
            reading.partly = True
        odd += (
            sum(_is_odd(draft, roles) for draft in found)
            + len(left)
            + sum(not is_sum_of_unit(t.text) for t in laid.left)
        )
        above = end
    return reading, odd


def _is_odd(draft: Draft, roles: Sequence[str]) -> bool:
    """Whether the name of a row looks like a value, or the value like a name."""
    for role in ("name", "annual_target", "actual"):
        token = draft.cells.get(role)
        if (
            token
            and misfit(token.text, role) > _ODD
            and not (role == "name" and "level2" not in roles and is_level2(flat(token.text)))
        ):
            return True
    return False


def _end(tokens: Sequence[Token], header: StreamHeader, stop: int) -> int:
    """Where the rows below a header end: at a total, a note, the head of the next form."""
    many = any(h.role in ("project", "fund_user") for h in header.columns)
    for k in range(header.stop, stop):
        words = flat(tokens[k].text)
        if _END.fullmatch(words) or _FORM.fullmatch(words) or (not many and _OFFICE.fullmatch(words)):
            return k
    return stop


def _heads(reading: Reading, head: Sequence[Token]) -> None:
    heads = read_heads([[Cell(t.text, None, t.place)] for t in head])
    reading.title, reading.department = heads.title, heads.department
    reading.money_unit, reading.fiscal_year = heads.money_unit, heads.fiscal_year
    reading.kind = kind_of(heads.title) if heads.title else TableKind.TARGETS


def _project(reading: Reading, head: Sequence[Token], found: Sequence[Draft], header: StreamHeader) -> None:
    if not found:
        return
    told = labelled(head)
    texts = told.texts
    if reading.projects and not texts and not any(_FORM.fullmatch(flat(t.text)) for t in head):
        last = reading.projects[-1]  # the headings only repeat on a new page
        more = tuple(indicators(found, len(last.indicators) + 1))
        reading.projects[-1] = replace(last, indicators=last.indicators + more)
        return
    reading.projects.append(
        Project(
            name=texts.get("name") or _titled(head), indicators=tuple(indicators(found)), code=texts.get("code"),
            fund_user=texts.get("fund_user"), supervising_department=texts.get("supervising_department"),
            funds=told.funds, printed_funds=tuple(told.printed), objective=texts.get("objective"),
            whole_term_objective=texts.get("whole_term_objective"), objective_actual=texts.get("objective_actual"),
            place=header.columns[0].token.place,
        )
    )  # fmt: skip
    if len(reading.projects) == 1:
        reading.department = office(
            texts.get("supervising_department"), texts.get("department"), texts.get("fund_user"), reading.department
        )


def _titled(head: Sequence[Token]) -> str:
    """The project that the title nearest above a form names."""
    return next((name for t in reversed(head) if len(t.text) <= 90 and (name := name_in(t.text))), "")


def _projects(reading: Reading, found: Sequence[Draft]) -> None:
    """The projects of a table that names them in its rows."""
    groups: list[list[Draft]] = []
    for draft in found:
        if draft.text("project") and not (groups and groups[-1][0].text("project") == draft.text("project")):
            groups.append([])
        if not groups:
            groups.append([])
        groups[-1].append(draft)
    for group in groups:
        lead = group[0]
        said = amount(lead.text("total") or "")
        reading.projects.append(
            Project(
                name=lead.text("project") or "", indicators=tuple(indicators(group)), fund_user=lead.text("fund_user"),
                supervising_department=lead.text("supervising_department"),
                funds=Funds(total=said.value if said else None), objective=lead.text("objective"),
                place=lead.cells["name"].place,
            )
        )  # fmt: skip
    named = {office(p.supervising_department, p.fund_user) for p in reading.projects}
    named.discard(None)
    if reading.department is None and len(named) == 1:
        reading.department = named.pop()
