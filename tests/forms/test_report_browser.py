"""The report as a browser shows it."""

from __future__ import annotations

import re
import shutil

import pytest

from .reports import WAIVERS, page_of, renamed, reviewed, seed_table

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: browser)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
TABLE = seed_table()
REVIEW = reviewed(TABLE, WAIVERS)
SHOWN = "els => els.filter(e => e.checkVisibility()).length"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(page_of(TABLE, REVIEW))
    return path.as_uri()


def opened(browser, address, *, width=1366, height=768, script=True):
    page = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=script).new_page()
    page.requested, page.errors = [], []
    page.on("request", lambda request: page.requested.append(request.url))
    page.on("pageerror", lambda error: page.errors.append(str(error)))
    page.on("console", lambda message: page.errors.append(message.text))
    page.on("dialog", lambda dialog: (page.errors.append(dialog.message), dialog.dismiss()))
    page.goto(address)
    return page


@pytest.fixture
def page(browser, address):
    page = opened(browser, address)
    yield page
    assert page.errors == []
    page.context.close()


def shown(page, query):
    return page.eval_on_selector_all(query, SHOWN)


def status(page, text):
    sync_api.expect(page.locator("#said")).to_contain_text(text)


def test_nothing_but_the_file_itself_is_asked_for(page, address):
    page.click("#open")
    page.wait_for_load_state("networkidle")
    assert [url.partition("#")[0] for url in page.requested] == [address]


def test_all_rows_are_shown_at_first_and_findings_in_one_line_each(page):
    assert shown(page, ".ind > tbody > tr:first-child") == TABLE.indicator_count
    assert shown(page, ".f > summary") == len(REVIEW.findings)
    assert shown(page, ".f > dl") == 0


@pytest.mark.parametrize("width", [1366, 1024, 390])
def test_nothing_overflows_to_the_side(browser, address, width):
    page = opened(browser, address, width=width)
    page.click("#open")
    for language in ("zh", "en", "zh-en"):
        page.click(f"[data-lang={language}]")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = page.evaluate(
        """() => [...document.querySelectorAll(".p td > *, .p th > *, .lean td > *")]
            .filter(e => e.checkVisibility() && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
            .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert outside == []
    page.context.close()


@pytest.mark.parametrize("width", [1366, 390])
def test_a_link_in_the_summary_leads_to_the_cell_and_opens_its_finding(browser, address, width):
    page = opened(browser, address, width=width)
    link = page.locator('.byr tr:has(a[data-rule="T28"]) .at a').first
    number = link.get_attribute("href")[2:]
    link.click()
    sync_api.expect(page.locator(f"#m{number}")).to_be_in_viewport()
    sync_api.expect(page.locator(f"#f{number} > dl")).to_be_visible()
    # The value itself is seen, not hidden under the bar and the heads that stay on top.
    value = page.locator(f"td:has(#m{number}) .t")
    sync_api.expect(value).to_be_in_viewport(ratio=1)
    assert page.evaluate(
        """id => { const t = document.getElementById(id).closest("td").querySelector(".t"), r = t.getBoundingClientRect();
            return t.contains(document.elementFromPoint(r.left + 3, r.top + 3)); }""",
        f"m{number}",
    )
    assert page.errors == []
    page.context.close()


def test_a_link_shows_what_a_filter_had_hidden(page):
    page.select_option("#project", "1")
    status(page, f"{len(TABLE.projects[0].indicators)}/")
    page.locator('.byr tr:has(a[data-rule="T28"]) .at a').first.click()
    status(page, f"{TABLE.indicator_count}/")
    assert page.locator(".now").is_visible()


def test_filter_by_severity(page):
    for letter in "wi":
        page.uncheck(f'#bar input[data-sev="{letter}"]')
    errors = sum(f.severity == "error" for f in REVIEW.findings)
    status(page, f"{errors} 条问题")
    assert shown(page, ".f") == shown(page, ".f.e") == errors
    assert shown(page, "td .k.w, td .k.i") == 0
    assert shown(page, ".ind > tbody > tr:first-child") == TABLE.indicator_count


def test_filter_by_rule_leaves_the_rows_that_the_rule_found(page):
    page.select_option("#rule", "T09")
    mine = [f for f in REVIEW.findings if f.code == "T09"]
    status(page, f"{len(mine)} 条问题")
    assert shown(page, ".ind > tbody > tr:first-child") == len({(f.project, f.indicator) for f in mine})
    assert shown(page, '.f:not([data-r="T09"])') == 0


def test_the_code_in_the_summary_sets_the_filter(page):
    page.click('a[data-rule="T04"]')
    status(page, f"{sum(f.code == 'T04' for f in REVIEW.findings)} 条问题")
    assert page.input_value("#rule") == "T04"


def test_a_severity_in_the_summary_sets_the_filter(page):
    page.click("a.tile.e")
    status(page, f"{sum(f.severity == 'error' for f in REVIEW.findings)} 条问题")
    assert page.is_checked("#only")


def test_filter_by_project(page):
    page.select_option("#project", "3")
    status(page, f"{len(TABLE.projects[2].indicators)}/{TABLE.indicator_count}")
    assert shown(page, "section.p") == 1


def test_only_with_findings(page):
    page.check("#only")
    rows = {(f.project, f.indicator) for f in REVIEW.findings if f.indicator}
    status(page, f"{len(rows)}/{TABLE.indicator_count}")
    assert shown(page, ".ind > tbody > tr:first-child") == len(rows)


def test_search_finds_text_of_values_and_of_findings(page):
    page.fill("#words", "有效传输率为75%")
    status(page, "1/")
    page.fill("#words", "没有这样的文字")
    status(page, "0/")
    assert shown(page, "section.p") == 0
    page.click("#bar button[type=reset]")
    status(page, f"{TABLE.indicator_count}/{TABLE.indicator_count}")


def test_expand_and_collapse(page):
    page.click("#open")
    assert shown(page, ".f > dl") == len(REVIEW.findings)
    page.click("#close")
    assert shown(page, ".f > dl") == 0


def test_a_finding_opens_from_the_keyboard(page):
    page.locator(".f > summary").first.focus()
    page.keyboard.press("Enter")
    assert shown(page, ".f > dl") == 1
    page.focus("#only")
    page.keyboard.press("Space")
    assert page.is_checked("#only")


def test_the_language_switch_changes_the_words_of_the_page_only(page):
    value = page.locator("#i1-1 .c-an .t").inner_text()
    assert shown(page, "[lang=en]") == 0
    page.click("[data-lang=en]")
    assert shown(page, "body [lang=zh]") == 0
    assert shown(page, "body [lang=en]") > 100
    assert page.locator("#i1-1 .c-an .t").inner_text() == value
    page.click("[data-lang=zh-en]")
    assert shown(page, "body [lang=zh]") > 100
    assert shown(page, "body [lang=en]") > 100


def test_without_javascript_everything_is_expanded_and_no_dead_control_is_shown(browser, address):
    page = opened(browser, address, script=False)
    findings = page.locator(".f > dl")
    assert findings.count() == len(REVIEW.findings)
    assert all(findings.nth(n).is_visible() for n in (0, findings.count() // 2, findings.count() - 1))
    assert not page.locator("#bar").is_visible()
    assert not page.locator(".langs").is_visible()
    page.context.close()


def test_hostile_text_runs_nothing(browser, tmp_path):
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'</style></td></script>"
    path = tmp_path / "hostile.html"
    path.write_bytes(page_of(renamed(TABLE, hostile)))
    page = opened(browser, path.as_uri())
    page.wait_for_load_state("networkidle")
    assert page.errors == []
    assert page.locator("#i1-1 .c-an .t").inner_text() == hostile
    assert [url.partition("#")[0] for url in page.requested] == [path.as_uri()]
    page.context.close()


def test_the_content_policy_blocks_a_script_that_got_in(browser, tmp_path):
    path = tmp_path / "changed.html"
    foreign = b"<script>document.title = 'taken'</script><img src='https://example.org/x.png'></body>"
    path.write_bytes(page_of(TABLE, REVIEW).replace(b"</body>", foreign))
    page = opened(browser, path.as_uri())
    assert page.title() != "taken"
    assert any("Content Security Policy" in error for error in page.errors)
    page.context.close()


def test_paper_has_every_finding_opened_and_no_filters(page):
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert shown(page, ".f > dl") == len(REVIEW.findings)
    assert not page.locator("#bar").is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert shown(page, ".f > dl") == 0


def test_paper_that_shows_a_part_says_so(page):
    assert page.get_attribute("main", "data-note") is None
    page.select_option("#rule", "T09")
    status(page, "条问题")
    assert "筛选后的内容" in page.get_attribute("main", "data-note")


def test_paper_is_landscape_and_numbers_its_pages(page, tmp_path):
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(map(round, map(float, box.split()))) for box in _media_boxes(pdf)}
    assert sizes == {(0, 0, 842, 595)}


def _media_boxes(pdf):
    return [m.decode() for m in re.findall(rb"/MediaBox \[([0-9. ]+)\]", pdf)]
