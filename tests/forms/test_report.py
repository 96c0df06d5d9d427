"""The report's content, cell by cell."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from lxml import html
from tests.reading.formats import as_xlsx, rows_of

from hengji.forms import report
from hengji.forms.findings import message
from hengji.forms.report_places import cell_of, placed
from hengji.model.finding import Finding, Place, Severity
from hengji.model.review import Review
from hengji.model.table import Funds, Indicator, PrintedFunds
from hengji.reading import read
from hengji.targets import sentence

from .material import tables
from .reports import ON, TEXT, WAIVERS, page_of, readings_of, renamed, reviewed, seed_table

TABLE = seed_table()
REVIEW = reviewed(TABLE, WAIVERS)
PAGE = page_of(TABLE, REVIEW)
DOCUMENT = html.document_fromstring(PAGE.decode("utf-8"))
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&amp;</td></style> javascript:alert(3)"


def one(query, of=DOCUMENT):
    (found,) = of.xpath(query)
    return found


def said(element):
    return " ".join(element.text_content().split())


def in_chinese(element):
    return "".join(element.xpath('.//text()[not(ancestor::*[@lang="en"])]')).strip()


def cells(project, row):
    return one(f'//tbody[@id="i{project}-{row}"]').xpath("./tr[1]/td")


def value(cell):
    return "".join(cell.xpath('./span[@class="t"]//text()'))


def test_every_indicator_stands_in_its_row_with_every_field_as_in_the_document():
    for n, project in enumerate(TABLE.projects, 1):
        assert len(DOCUMENT.xpath(f'//section[@id="p{n}"]//tbody[starts-with(@id, "i")]')) == len(project.indicators)
        for row, indicator in enumerate(project.indicators, 1):
            number, level1, level2, name, whole, annual = cells(n, row)
            assert number.xpath("string(./span)") == str(indicator.number)
            assert value(level1) == indicator.level1
            assert said(level2) == f"{indicator.code} {indicator.level2}"
            assert value(name) == indicator.name
            assert value(whole) == (indicator.whole_term_target or "")
            assert value(annual) == (indicator.annual_target or "")


def test_every_project_has_its_money_and_its_objective():
    for n, project in enumerate(TABLE.projects, 1):
        head = one(f'//section[@id="p{n}"]/div[@class="head"]')
        amounts = head.xpath('.//table[@class="fund"]/tbody/tr/td[starts-with(@class, "r")]')
        assert amounts[0].text == f"{project.funds.total:,}"
        assert amounts[1].text == f"{project.funds.fiscal_appropriation:,}"
        assert [a.text for a in amounts[2:4]] == [None, None]
        assert head.xpath('.//table[@class="aim"]//td')[0].text == project.objective
        assert head.xpath('.//b[@class="nm"]')[0].text == f"{n}. {project.name}"


def test_title_department_year_and_unit_of_the_official_table_are_there():
    whole = said(one('//section[@id="p0"]'))
    assert TABLE.title in whole
    assert TABLE.department in whole
    assert "2024" in whole
    assert "万元" in whole
    assert "与13个项目之和一致" in whole


def test_every_mark_stands_in_the_cell_that_the_finding_is_about():
    at_values = 0
    for p in placed(TABLE, REVIEW.findings):
        mark = DOCUMENT.xpath(f'//a[@id="m{p.id}"]')
        if not p.project:
            assert one(f'//details[@id="f{p.id}"]').xpath('ancestor::section[@id="p0"]')
            continue
        cell = mark[0].xpath("ancestor::td")[0]
        assert mark[0].text == f"{ {'error': '■', 'warning': '▲', 'info': '○'}[p.finding.severity] }{p.finding.code}"
        assert cell.get("class"), "the cell is marked by colour too"
        if p.finding.indicator:
            # What the document has at the finding's place is what the cell shows.
            assert value(cell) == TEXT[p.finding.place.start : p.finding.place.end]
            assert cell.xpath("ancestor::tbody")[0].get("id") == f"i{p.project}-{p.row}"
            at_values += 1
        else:
            shown = cell.text or cell.xpath("string(./b)")
            assert cell.xpath(f'ancestor::section[@id="p{p.project}"]')
            assert p.cell == "head" or TEXT[p.finding.place.start : p.finding.place.end] == shown
    assert at_values > 100


def test_every_finding_tells_what_was_seen_why_what_to_write_and_on_what_it_rests():
    shown = DOCUMENT.xpath('//details[contains(@class, "f ")]')
    assert len(shown) == len(REVIEW.findings)
    for p in placed(TABLE, REVIEW.findings):
        text = said(one(f'//details[@id="f{p.id}"]'))
        seen, why = message(p.finding)
        for part in (p.finding.severity.zh, p.finding.code, seen, why, p.finding.en, p.finding.suggestion):
            assert " ".join((part or "").split()) in text
        for cite in p.finding.cites:
            assert f"“{cite.topic}”" in text
            assert (cite.document or cite.title) in text
            assert cite.verified or "出处待核" in text


def test_each_annual_target_has_its_reading_in_words():
    for n, (project, readings) in enumerate(zip(TABLE.projects, readings_of(TABLE), strict=True), 1):
        for row, (indicator, reading) in enumerate(zip(project.indicators, readings, strict=True), 1):
            told = cells(n, row)[-1].xpath('.//div[@class="rd"]')[0]
            zh, en = sentence(reading, indicator.name)
            assert zh in told.text_content()
            assert en in told.text_content()
            how = {"yes": "可核查", "partly": "部分可核查", "no": "不可核查"}[reading.checkable]
            assert in_chinese(told.xpath("./i")[0]) == how


def test_the_summary_counts_by_severity_project_and_rule():
    tiles = said(one('//div[@class="tiles"]'))
    for severity, word in (
        (Severity.ERROR, "■ {} 退回"),
        (Severity.WARNING, "▲ {} 提示"),
        (Severity.INFO, "○ {} 说明"),
    ):
        number = sum(f.severity is severity for f in REVIEW.findings)
        assert re.search(word.replace("{} ", f"{number}\\s*"), tiles)
    for n, project in enumerate(TABLE.projects, 1):
        row = one(f'//table[contains(@class, "byp")]//tr[td/a[@href="#p{n}"]]')
        mine = [f for f in REVIEW.findings if f.project == n]
        numbers = [td.text or "0" for td in row.xpath("./td")[4:7]]
        assert numbers == [str(sum(f.severity is s for f in mine)) for s in Severity]
        assert row.xpath("./td")[1].text_content() == project.name
    for code in {f.code for f in REVIEW.findings}:
        row = one(f'//table[contains(@class, "byr")]//tr[td/a[@data-rule="{code}"]]')
        assert sum(int(td.text or 0) for td in row.xpath("./td")[2:]) == sum(f.code == code for f in REVIEW.findings)


def test_every_link_leads_to_something_on_the_page():
    ids = set(DOCUMENT.xpath("//@id"))
    assert len(ids) == len(DOCUMENT.xpath("//@id"))
    for href in DOCUMENT.xpath("//a/@href"):
        assert href[0] == "#"
        assert href[1:] in ids


def test_waived_findings_are_told_with_reason_name_and_date_and_marked_in_their_row():
    first, second = one('//*[@id="w1"]'), one('//*[@id="w2"]')
    both = said(first) + said(second)
    for part in ("口径另文下达", "李四", "2024年2月2日", "车辆以合同约定的日期为准", "张三", "2024年2月1日"):
        assert part in both
    assert [a.get("href") for a in cells(1, 3)[-1].xpath('.//a[contains(@class, "k v")]')] == ["#w2"]
    assert not [f for f in REVIEW.findings if f.code == "T44"]


def test_a_waived_finding_on_a_project_that_is_not_there_stands_at_the_whole_table():
    lost = Finding("T01", Severity.ERROR, "x", "x", project=99, indicator=1)
    page = html.document_fromstring(page_of(TABLE, replace(REVIEW, waived=((lost, WAIVERS[0]),))).decode("utf-8"))
    assert one('//*[@id="w1"]//a/@href', page) == "#p0"
    assert page.xpath('//section[@id="p0"]//a[@href="#w1"]')


def test_what_was_not_checked_is_told_with_what_it_needs():
    text = said(one('//section[@id="top"]'))
    assert REVIEW.not_checked
    for missing in REVIEW.not_checked:
        assert missing.needs in text
        assert missing.needs_en in text


def test_law_and_document_are_named():
    text = said(one('//section[@id="top"]'))
    for part in ("2024年1月1日", "national-2020", TABLE.source.file, TABLE.source.sha256, "出处待核"):
        assert part in text


def test_findings_of_the_reading_are_in_the_summary_and_at_their_cell():
    place = TABLE.projects[0].indicators[0].place_of("name")
    finding = Finding("R07", Severity.WARNING, "栏目粘连。", "run together.", place, project=1, indicator=1)
    page = html.document_fromstring(page_of(replace(TABLE, findings=(finding,)), REVIEW).decode("utf-8"))
    assert "栏目粘连" in said(one('//h2[@id="read"]/following-sibling::table[1]', page))
    name = one('//tbody[@id="i1-1"]', page).xpath("./tr[1]/td")[3]
    assert name.xpath('string(.//a[contains(@class, "k")])') == "▲R07"


def test_nothing_on_the_page_fetches_runs_or_sends():
    text = PAGE.decode("utf-8")
    assert not DOCUMENT.xpath("//@src | //link | //iframe | //object | //embed | //img | //base | //@style | //@action")
    assert not [a for a in DOCUMENT.xpath("//@*") if getattr(a, "attrname", "").startswith("on")]
    assert not re.search(r"https?:|url\(|@import|fetch\(|XMLHttpRequest|eval\(|innerHTML", text)
    policy = one('//meta[@http-equiv="Content-Security-Policy"]/@content')
    assert policy.startswith("default-src 'none'")
    for tag in ("style", "script"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


def test_hostile_text_is_shown_and_does_nothing():
    table = renamed(TABLE, HOSTILE)
    waivers = tuple(replace(w, project=None, reason=HOSTILE, by=HOSTILE) for w in WAIVERS)
    page = html.document_fromstring(page_of(table, reviewed(table, waivers)).decode("utf-8"))
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//img")
    assert not [a for a in page.xpath("//@*") if a.attrname.startswith("on")]
    row = one('//tbody[@id="i1-1"]', page).xpath("./tr[1]/td")
    assert [value(td) for td in (row[1], *row[3:5])] == [HOSTILE] * 3
    assert HOSTILE in said(one('//section[@id="p0"]', page))
    assert len(page.xpath("//section[@data-p]")) == len(TABLE.projects) + 1


def test_characters_no_document_can_carry_are_shown_as_such():
    table = renamed(TABLE, "a\x00b\ud800c\x1bd")
    row = one('//tbody[@id="i1-1"]', html.document_fromstring(page_of(table).decode("utf-8")))
    assert value(row.xpath("./tr[1]/td")[3]) == "a\ufffdb\ufffdc\ufffdd"


def test_line_breaks_inside_a_cell_stay():
    table = renamed(TABLE, "一\n二  三")
    row = one('//tbody[@id="i1-1"]', html.document_fromstring(page_of(table).decode("utf-8")))
    assert value(row.xpath("./tr[1]/td")[4]) == "一\n二  三"


@settings(max_examples=40, deadline=None)
@given(tables())
def test_any_table_is_shown_with_its_own_text(table):
    page = html.document_fromstring(page_of(table, Review((), (), (), ())).decode("utf-8"))
    for n, project in enumerate(table.projects, 1):
        for row, indicator in enumerate(project.indicators, 1):
            shown = one(f'//tbody[@id="i{n}-{row}"]', page).xpath("./tr[1]/td")
            targets = (indicator.whole_term_target, indicator.annual_target)
            if not any(i.whole_term_target for p in table.projects for i in p.indicators):
                targets = targets[1:]
            assert [value(td) for td in shown[3 : 4 + len(targets)]] == [indicator.name, *(t or "" for t in targets)]


def test_the_same_input_gives_the_same_bytes():
    again = seed_table()
    assert page_of(again, reviewed(again, WAIVERS)) == PAGE


def test_columns_of_a_self_evaluation_are_shown_where_there_are_any():
    first, *others = TABLE.projects
    scored = first.indicators[0]._replace(actual="3台", points="9.5", variance_reason="追加一台")
    table = replace(TABLE, projects=(replace(first, indicators=(scored, *first.indicators[1:])), *others))
    page = html.document_fromstring(page_of(table).decode("utf-8"))
    row = one('//tbody[@id="i1-1"]', page).xpath("./tr[1]/td")
    assert [value(td) for td in row[6:]] == ["3台", "9.5", "追加一台"]


def test_money_that_could_only_be_copied_and_money_that_was_spent_are_told_with_the_project():
    first, second, *others = TABLE.projects
    copied = replace(first, funds=Funds(), printed_funds=(PrintedFunds("项目总额", ("约36万", "其中12万")),))
    spent = replace(second, funds=replace(second.funds, outturn=Decimal("1580.10")), objective_actual="已完成")
    page = html.document_fromstring(page_of(replace(TABLE, projects=(copied, spent, *others))).decode("utf-8"))
    assert "约36万 其中12万" in said(one('//section[@id="p1"]//div[@class="by"]', page))
    told = in_chinese(one('//section[@id="p2"]//div[@class="by"]', page))
    assert "全年执行数：1,580.10" in told
    assert "目标完成情况：已完成" in told


def test_a_table_without_findings_says_so_by_showing_none():
    page = html.document_fromstring(page_of(TABLE, replace(REVIEW, findings=(), waived=())).decode("utf-8"))
    assert not page.xpath('//details[contains(@class, "f ")] | //div[@class="ks"]')
    assert len(page.xpath('//tbody[starts-with(@id, "i")]')) == TABLE.indicator_count


def test_a_reading_for_each_indicator_is_asked_for():
    with pytest.raises(ValueError, match="zip"):
        report(TABLE, REVIEW, readings_of(TABLE)[:-1], on=ON)


def test_findings_on_a_packed_cell_of_a_sheet_stand_at_the_annual_target():
    table = read(as_xlsx(rows_of(TEXT)), "table.xlsx").in_year(2024)
    on_indicators = [p for p in placed(table, reviewed(table).findings) if p.row]
    assert on_indicators
    assert {p.cell for p in on_indicators} == {"annual_target"}


def test_a_place_inside_a_field_is_in_that_cell_and_the_place_of_the_whole_is_at_the_number():
    indicator = Indicator(
        1, "名称", annual_target="值", place=Place(10, 50),
        field_places=(("name", Place(12, 20)), ("annual_target", Place(30, 40))),
    )  # fmt: skip
    assert cell_of(Place(12, 20), indicator) == "name"
    assert cell_of(Place(13, 15), indicator) == "name"
    assert cell_of(Place(30, 40), indicator) == "annual_target"
    assert cell_of(Place(45, 46), indicator) == "number"
    assert cell_of(Place(10, 50), indicator) == "number"


def test_a_finding_on_a_target_that_is_missing_stands_at_its_empty_cell():
    indicator = Indicator(1, "名称", place=Place(10, 50), field_places=(("name", Place(12, 20)),))
    assert cell_of(Place(10, 50), indicator) == "annual_target"


def test_a_form_with_one_column_of_targets_is_shown_with_one():
    projects = tuple(
        replace(p, indicators=tuple(i._replace(whole_term_target=None) for i in p.indicators)) for p in TABLE.projects
    )
    page = html.document_fromstring(page_of(replace(TABLE, projects=projects)).decode("utf-8"))
    assert len(one('//tbody[@id="i1-1"]', page).xpath("./tr[1]/td")) == 5


def test_of_two_indicators_with_one_number_the_place_decides():
    project = TABLE.projects[0]
    twice = (project.indicators[0], project.indicators[1]._replace(number=1), *project.indicators[2:])
    table = replace(TABLE, projects=(replace(project, indicators=twice), *TABLE.projects[1:]))
    finding = Finding("T01", Severity.ERROR, "x", "x", twice[1].place_of("annual_target"), project=1, indicator=1)
    (at,) = placed(table, [finding])
    assert (at.row, at.cell) == (2, "annual_target")


def test_a_finding_on_a_project_that_is_not_there_stands_at_the_whole_table():
    (at,) = placed(TABLE, [Finding("T01", Severity.ERROR, "x", "x", project=99, indicator=1)])
    assert (at.project, at.row) == (0, 0)
