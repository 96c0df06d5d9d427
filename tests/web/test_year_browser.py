"""The pages of a year with figures in a real browser: pictures, forms and their print, what people write, by person and file."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from hengji.dossier.office import office
from hengji.web.frontend import CHARTS, installed
from tests.cli.test_compute_command import BINDINGS, RECORDS
from tests.cli.test_compute_command import TABLE as SMALL
from tests.web import test_browser as shared
from tests.web.sites import served

browser, person, pytestmark = (getattr(shared, name) for name in ("browser", "person", "pytestmark"))
PAGES = ("/years/1", "/years/1/grid", "/years/1/charts", "/years/1/forms", "/years/1/forms/monitoring/1",
         "/years/1/forms/self_evaluation/1", "/years/1/review/1", "/years/1/evaluations/monitoring/1/writing",
         "/years/1/evaluations/self_evaluation/1/writing", "/years/1/evaluations/self_evaluation/1",
         "/years/1/figure/1/1/attest", "/years/1/figure/1/1", "/years/1/reimport", "/years/1/frames/department/0", "/years/1/registers/petition/rows?q=x", "/years/1/registers/petition")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A real server over a small year with records, monitored and scored."""
    import datetime

    from hengji.dossier import create
    from hengji.dossier.computed import store_of
    from hengji.dossier.evaluated import evaluate
    from hengji.dossier.frozen import freeze
    from hengji.model.evaluation import Stage

    made = create(SMALL.encode(), "table.txt", tmp_path_factory.mktemp("site") / "year", year=2024)
    (made.folder / "bindings.toml").write_text(BINDINGS, "utf-8")
    now = datetime.datetime(2024, 12, 31)
    store_of(made).add_file("petition", RECORDS.encode(), at=now, file="2024.csv")
    for stage, day in ((Stage.MONITORING, datetime.date(2024, 7, 31)), (Stage.SELF_EVALUATION, now.date())):
        freeze(evaluate(made, stage, day), now)
    running = served(tmp_path_factory.mktemp("data"), made.folder)
    yield running
    running.kill()


@pytest.mark.parametrize("width", [1366, 1920])
def test_the_pages_fit_the_screen_ask_this_site_alone_and_say_nothing_to_the_console(person, site, width):
    page = person("caiwu")
    page.set_viewport_size({"width": width, "height": 768 if width == 1366 else 1080})
    for path in PAGES:
        assert page.goto(site.address + path).status == 200, path
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.said == []
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(site.address).netloc}


def test_on_paper_the_pictures_have_their_tables_and_no_buttons(person, site):
    page = person("yewu")
    page.goto(site.address + "/years/1/charts")
    page.click("main form button")
    page.click("text=看图形", timeout=120_000)
    page.wait_for_load_state("networkidle")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    tables, buttons = page.locator("main section.chart table"), page.locator("main button")
    assert [t.is_visible() for t in tables.all()] == [True] * tables.count() != []
    assert [b.is_visible() for b in buttons.all()] == [False] * buttons.count() != []
    page.emulate_media(media="screen")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    if installed(CHARTS):
        assert not any(t.is_visible() for t in tables.all())


@pytest.mark.parametrize("path", ["frames/department/0", "evaluations/self_evaluation/1/writing"])
def test_a_table_that_is_filled_in_is_printed_with_what_is_in_it_and_without_buttons(person, site, path):
    page = person("caiwu")
    page.goto(f"{site.address}/years/1/{path}")
    page.emulate_media(media="print")
    assert page.locator("main form table").is_visible()
    assert not any(b.is_visible() for b in page.locator("main button").all())


def test_from_the_desk_with_records_on_file_to_a_printed_self_evaluation_it_is_ten_clicks_or_less(
    person, site, tmp_path
):
    """Every click is counted by the page itself; nothing is reached but by clicking what is seen."""
    page, clicks = person("caiwu"), []
    page.expose_function("counted", lambda words: clicks.append(words))
    page.add_init_script("addEventListener('click', (e) => counted(e.target.textContent.trim().slice(0, 20)), true)")
    page.goto(site.address + "/")
    page.click("main a:has-text('单位自评')")
    page.click(".tabs a:has-text('监控与自评')")
    page.click("button:has-text('计算单位自评')")
    page.wait_for_selector("text=已完成", timeout=120_000)
    page.click("text=看结果")
    page.click("main a:has-text('内容预览') >> nth=0")
    page.wait_for_selector("iframe.paper")
    assert page.frame_locator("iframe.paper").locator("h1").inner_text() == "项目支出绩效自评表"
    page.evaluate("document.querySelector('iframe.paper').contentWindow.print = () => { document.title = 'printed'; }")
    page.click("#print")
    assert page.title() == "printed"
    print(f"{len(clicks)} clicks: {clicks}")
    assert 0 < len(clicks) <= 10
    assert page.said == []


def test_axe_finds_no_serious_fault(person, site):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra: browser)"
    ).Axe()
    page, found = person("caiwu"), {}
    for path in PAGES:
        page.goto(site.address + path)
        page.wait_for_load_state("networkidle")
        seen = axe.run(page).response["violations"]
        found[path] = [(v["id"], v["nodes"][0]["html"]) for v in seen if v["impact"] in ("serious", "critical")]
    assert {path: faults for path, faults in found.items() if faults} == {}


@pytest.mark.skipif(not installed(CHARTS), reason="ECharts was not installed at set-up (make setup)")
def test_the_months_are_computed_from_the_page_and_drawn_with_a_table_beneath_each(person, site):
    page = person("yewu")
    page.goto(site.address + "/years/1/charts")
    page.click("main form button")
    page.click("text=看图形", timeout=120_000)
    drawn = page.locator("[data-chart]")
    assert [d.get_attribute("data-ready") for d in drawn.all()] == ["yes"] * drawn.count()
    assert drawn.count() == page.locator("main section.chart table").count() > 1
    assert page.locator("[data-chart=results] canvas").count() == 1
    page.click("#h-results ~ details summary")
    assert page.locator("#h-results ~ details tbody tr").count() == 12
    assert page.said == []


def test_the_preview_is_the_form_itself_and_the_button_prints_it_alone(person, site):
    page = person("lingdao")
    page.goto(site.address + "/years/1/forms/self_evaluation/1")
    frame = page.frame_locator("iframe.paper")
    assert frame.locator("h1").inner_text() == "项目支出绩效自评表"
    page.evaluate("document.querySelector('iframe.paper').contentWindow.print = () => { document.title = 'printed'; }")
    page.click("#print")
    assert page.title() == "printed"
    assert page.said == []


@pytest.mark.office
@pytest.mark.skipif(office() is None, reason="LibreOffice is not installed")
def test_a_form_is_made_a_pdf_and_downloaded_by_who_asked_and_nobody_else(person, site):
    page = person("caiwu")
    page.goto(site.address + "/years/1/forms/self_evaluation/1")
    page.click("button:has-text('PDF')")
    with page.expect_download(timeout=120_000) as download:
        page.click("text=下载 1-self_evaluation.pdf", timeout=120_000)
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    link = page.locator("a:has-text('下载 1-self_evaluation.pdf')").get_attribute("href")
    other = person("lingdao")
    assert other.request.get(site.address + link).status == 404


def test_a_reason_written_on_the_page_is_in_the_form_after_computing_again(person, site):
    page = person("yewu")
    page.goto(site.address + "/years/1/evaluations/self_evaluation/1")
    page.click("text=填写偏差原因、改进措施")
    page.fill("textarea[name=reason-1]", "年底来件集中")
    page.click("main button:has-text('保存')")
    page.wait_for_selector(".message.success")
    finance = person("caiwu")
    finance.goto(site.address + "/years/1/evaluations")
    finance.click("text=计算单位自评")
    finance.wait_for_selector("text=已完成", timeout=120_000)
    finance.goto(site.address + "/years/1/forms/self_evaluation/1")
    assert finance.frame_locator("iframe.paper").locator("text=年底来件集中").count() == 1
