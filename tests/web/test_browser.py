"""The site in a real browser: main pages without console errors, requests elsewhere, or clipped tables; by keyboard."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.sites import served

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: browser)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024"
PAGES = ("/", "/years", "/years/1", "/years/1?order=worst", "/years/1/figure/1/1", "/years/1/findings", "/years/1/registers",
         "/years/1/registers/petition", "/years/1/evaluations", "/years/1/unit", "/years/1/cases/targets", "/years/1/proof",
         "/years/1/acts", "/years/import", "/units", "/years/1/bindings/3", "/years/1/surveys", "/years/1/surveys/1", "/help", "/help/T01", "/password", "/years/1/registers/petition/rows", "/years/1/cell/1/1/annual_target")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A real server with a real worker, and the accounts of its demo."""
    from hengji.dossier import create

    folder = tmp_path_factory.mktemp("site") / "year"
    create(TABLE.read_bytes(), "table.txt", folder, year=2024)
    (folder / "bindings.toml").write_bytes((EXAMPLE / "bindings.toml").read_bytes())
    running = served(tmp_path_factory.mktemp("data"), folder)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


def sign_in(page, site, name: str) -> None:
    """By keyboard alone."""
    page.goto(site.address + "/sign-in")
    page.wait_for_selector("#id_username:focus")  # the cursor stands in the first field by itself
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(site.passwords[name])
    page.keyboard.press("Enter")
    page.wait_for_url(site.address + "/")


@pytest.fixture
def person(browser, site):
    """Opens a window for an account; the page remembers what the console said and what was asked for."""
    windows = []

    def at_work(name: str):
        window = browser.new_context(viewport={"width": 1366, "height": 768})
        windows.append(window)
        page = window.new_page()
        page.said, page.asked = [], []
        page.on("console", lambda m: page.said.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: page.said.append(str(e)))
        page.on("request", lambda r: page.asked.append(r.url))
        sign_in(page, site, name)
        return page

    yield at_work
    for window in windows:
        window.close()


@pytest.fixture
def page(person, site):
    """A page signed in as the finance section, in a year that has a survey."""
    page = person("caiwu")
    page.goto(site.address + "/years/1/surveys")
    if page.locator("main table").count() == 0:
        for field, value in (("title", "服务满意度调查"), ("population", "40"), ("sent", "10")):
            page.fill(f"#{field}", value)
        page.click("main form button")
        page.wait_for_url("**/surveys/1")
    return page


def test_main_pages_load_from_this_site_alone_and_say_nothing_to_the_console(page, site):
    for path in PAGES:
        answer = page.goto(site.address + path)
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
    assert page.said == []
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(site.address).netloc}


def test_a_click_on_the_document_leads_to_what_was_read_of_it_and_back(page, site):
    page.goto(site.address + "/years/1/proof")
    page.click("#s-3-7-annual_target")
    assert page.locator("td:target").inner_text().startswith("确保在线数据传输率达90%以上")
    page.click("td:target a >> nth=0")
    assert page.locator(".src:target").inner_text() == "确保在线数据传输率达90%以上"


def test_work_asked_for_on_a_page_is_done_by_the_worker_and_shown_without_reloading(page, site):
    page.goto(site.address + "/years/1/evaluations")
    page.click("text=计算运行监控")
    page.wait_for_selector("text=已完成", timeout=120_000)
    page.click("text=看结果")
    assert page.locator("text=监控表").count() == 13


def test_axe_finds_no_serious_fault_on_the_main_pages(page, site):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra: browser)"
    ).Axe()
    found = {}
    page.goto(site.address + "/years/1/surveys/1")
    link = urlsplit(page.locator("main code").inner_text()).path
    for path in (*PAGES, link):
        page.goto(site.address + path)
        seen = axe.run(page).response["violations"]
        found[path] = [(v["id"], v["nodes"][0]["target"]) for v in seen if v["impact"] in ("serious", "critical")]
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    ("name", "paths"), [("xitong", ("/accounts", "/accounts/1", "/organisations", "/organisations/1", "/environment")),
                        ("anquan", ("/roles", "/roles/1")), ("rizhi", ("/log",))]
)  # fmt: skip
def test_the_pages_of_the_administrators_fit_the_screen_and_axe_finds_no_serious_fault(person, site, name, paths):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra: browser)"
    ).Axe()
    page = person(name)
    for path in paths:
        assert page.goto(site.address + path).status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
        seen = axe.run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["target"]) for v in seen if v["impact"] in ("serious", "critical")] == [], path
    assert page.said == []


def test_a_year_goes_through_five_pairs_of_hands(person, site, tmp_path):
    finance, head, above, bureau, business = (person(n) for n in ("caiwu", "lingdao", "zhuguan", "caizheng", "yewu"))

    def at(page, path: str) -> None:
        assert page.goto(site.address + path).status == 200, path

    def moved(page, button: str) -> None:
        at(page, "/years/1/cases/targets")
        page.click(f"main button:has-text('{button}')")
        page.wait_for_selector(".message.success")

    # Imported with proof: the document beside what was read of it, from a cell to its place and back, then confirmed.
    at(finance, "/years/import")
    finance.fill("#year", "2025")
    finance.set_input_files("#file", TABLE)
    finance.click("main form button")
    finance.wait_for_url("**/proof")
    proof = finance.url
    assert finance.locator(".sides > section").count() == 2
    finance.click("#s-1-1-annual_target")
    assert finance.locator("td:target").count() == 1
    at(head, "/years")
    assert head.locator("main tbody tr").count() == 1  # not confirmed: nobody else sees it
    finance.goto(proof)
    finance.click("button:has-text('确认')")
    finance.wait_for_url(proof.removesuffix("/proof"))
    at(head, "/years")
    assert head.locator("main tbody tr").count() == 2
    # In the year with measures bound: a correction, a finding let stand, submitted.
    at(finance, "/years/1/cell/1/1/annual_target")
    finance.fill("#value", "2台")
    finance.fill("#why", "与公布文件核对")
    finance.click("main form button")
    finance.wait_for_url("**/years/1")
    at(finance, "/years/1/findings?severity=error")
    finance.click("summary >> nth=0")
    finance.fill("input[name=why] >> nth=0", "上级表式如此")
    finance.click("button[value=waive] >> nth=0")
    finance.wait_for_selector("text=已豁免")
    moved(finance, "送审")
    # Approved by the head, returned by the department, straight back to it, approved by the bureau.
    moved(head, "同意")
    at(above, "/")
    above.click("main a:has-text('绩效目标')")
    above.fill("#reason", "第3项没有时限")
    above.select_option("#to", "prepare")
    above.click("button[value=return]")
    above.wait_for_selector(".message.success")
    at(finance, "/")
    assert finance.locator("text=（退回）").count() == 1
    moved(finance, "送审")
    moved(above, "同意")
    moved(bureau, "同意")
    assert "已批复" in bureau.inner_text("main")
    # Records by the section, then monitoring and self-evaluation by finance, and the sealed scan.
    rows = "来源系统,来源编号,渠道,收到日期,办结日期,录入时间,承办科室\n信访系统,1,12345,2024-01-05,2024-02-01,2024-01-06,一科\n"
    (tmp_path / "p.csv").write_text(rows, "utf-8")
    at(business, "/years/1/registers/petition")
    business.set_input_files("#file", tmp_path / "p.csv")
    business.click("form[enctype] button")
    business.wait_for_selector("text=已完成", timeout=120_000)
    for button in ("计算运行监控", "计算单位自评"):
        at(finance, "/years/1/evaluations")
        finance.click(f"text={button}")
        finance.wait_for_selector("text=已完成", timeout=120_000)
    at(finance, "/years/1/evaluations")
    with finance.expect_download() as download:
        finance.click("text=自评表 xlsx >> nth=0")
    assert download.value.suggested_filename == "1-self_evaluation.xlsx"
    (tmp_path / "s.pdf").write_bytes(b"%PDF-1.4 sealed")
    finance.fill("input[name=of]", "1 自评表")
    finance.set_input_files("input[type=file]", tmp_path / "s.pdf")
    finance.click("button:has-text('归档')")
    finance.wait_for_selector("text=盖章件：1 自评表")
    for one in (finance, head, above, bureau, business):
        assert one.said == []
