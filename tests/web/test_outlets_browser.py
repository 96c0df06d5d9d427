"""The pages for outlets in a real browser, over a small simulated gateway folder that the system administrator sets by page."""

from __future__ import annotations

import datetime
import math
import time
from urllib.parse import urlsplit

import pytest

from hengji.dossier import create
from hengji.dossier.computed import store_of
from hengji.reception.clock import Clock, write_trial
from hengji.reception.store.rolled import roll
from hengji.web.frontend import CHARTS, installed
from tests.cli.test_compute_command import TABLE
from tests.reception.store.journals import BEGIN, ONE, TWO, Sent, gateway, live, receive
from tests.web import test_browser as shared
from tests.web.sites import served

browser, person, pytestmark = (getattr(shared, name) for name in ("browser", "person", "pytestmark"))
HOUR = datetime.timedelta(hours=1)
DAYS = 10
PAGES = ("/years/1/outlets", f"/years/1/outlets/{ONE.mn}", f"/years/1/outlets/{TWO.mn}?factor=w21003", "/years/1/alarms",
         "/years/1/suspicions", "/years/1/packets/2024-03-04/0001.inbox/0")  # fmt: skip
ISSUES = """source_system,source_key,outlet_no,enterprise,key_unit,raised_at,type,responded_at,verified_at,verdict
模拟,1,DW001,甲,是,2024-03-05 08:00:00,超标,2024-03-05 09:30:00,2024-03-06 07:00:00,属实
模拟,2,DW002,乙,是,2024-03-06 10:00:00,缺数,,,
"""


def sent() -> list[Sent]:
    """Ten days of an outlet with a daily course, a fault and missing hours, and of one that falls silent on the eighth."""
    found = []
    for device, hours, size in ((ONE, DAYS * 24, 30), (TWO, 7 * 24, 12)):
        for n, one in enumerate(live(device, hours)):
            value = f"{size + 8 * math.sin(n / 4) + n % 7 / 3:.2f}"
            flag = "D" if 60 <= n < 66 else "M" if n % 97 == 0 else "N"
            if not (120 <= n < 126 and device is ONE):
                found.append(one._replace(values=(("w01018", value, flag), ("w21003", f"1.{n % 90:02d}", "N"))))
    return sorted(found, key=lambda one: one.at)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A gateway's folder whose clock stands at its last packet."""
    made = gateway(tmp_path_factory.mktemp("g") / "gateway", ONE, TWO)
    receive(made, [one.entry() for one in sent()])
    roll(made)
    write_trial(made, Clock(BEGIN + DAYS * 24 * HOUR, time.time(), 1.0))
    (made / "outlet_limits.csv").write_text(f"mn,factor,limit,range_top,detection\n{ONE.mn},w01018,40,42,\n", "utf-8")
    return made


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A real server over a small year with two alarms."""
    made = create(TABLE.encode(), "table.txt", tmp_path_factory.mktemp("site") / "year", year=2024)
    store_of(made).add_file("online_issue", ISSUES.encode(), at=datetime.datetime(2024, 12, 31), file="issues.csv")
    running = served(tmp_path_factory.mktemp("data"), made.folder)
    yield running
    running.kill()


@pytest.fixture
def page(person, site, folder):
    """Signed in as the business section, after the administrator has set the folder."""
    admin = person("xitong")
    admin.goto(site.address + "/organisations")
    for link in [a.get_attribute("href") for a in admin.locator("main a[href^='/organisations/']").all()]:
        admin.goto(site.address + str(link))
        if admin.locator("#gateway").count():
            admin.fill("#gateway", str(folder))
            admin.click("main form button")
            admin.wait_for_url("**/organisations")
    return person("yewu")


@pytest.mark.parametrize("width", [1366, 1920])
def test_the_pages_fit_the_screen_ask_this_site_alone_and_say_nothing_to_the_console(page, site, width):
    page.set_viewport_size({"width": width, "height": 768 if width == 1366 else 1080})
    for path in PAGES:
        assert page.goto(site.address + path).status == 200, path
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert page.said == []
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(site.address).netloc}


def test_axe_finds_no_serious_fault_on_them(page, site):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra: browser)"
    ).Axe()
    found = {}
    for path in PAGES:
        page.goto(site.address + path)
        seen = axe.run(page).response["violations"]
        found[path] = [(v["id"], v["nodes"][0]["target"]) for v in seen if v["impact"] in ("serious", "critical")]
    assert {path: faults for path, faults in found.items() if faults} == {}


def test_from_the_list_over_the_curve_to_the_packet(page, site):
    page.goto(site.address + "/years/1/outlets")
    assert page.locator("main tbody tr >> nth=0").inner_text().startswith("■ 无数据")
    page.click("text=DW001")
    if installed(CHARTS):
        page.wait_for_selector("[data-chart=curve][data-ready=yes]")
        page.wait_for_selector("[data-chart=calendar][data-ready=yes]")
    page.locator("summary >> nth=0").click()
    page.locator("table >> nth=0").locator("a >> nth=0").click()
    page.wait_for_selector("text=与收到时一致")
    assert "DataTime=" in page.locator("pre").inner_text()


def test_what_comes_while_the_page_is_open_shows_without_reloading(page, site, folder):
    page.clock.install()
    page.goto(site.address + "/years/1/outlets")
    row = page.locator("main tbody tr", has_text="DW002")
    assert row.inner_text().startswith("■ 无数据")
    receive(folder, [Sent(TWO, BEGIN + (DAYS * 24 - 1) * HOUR, BEGIN + DAYS * 24 * HOUR).entry()])
    page.clock.fast_forward(31_000)
    # Not by a function of the page's own: the site's policy lets nothing evaluate words.
    page.locator("main tbody", has_not_text="■").wait_for()


def test_suspicions_are_looked_for_by_the_worker_and_lead_to_packets(page, site):
    page.goto(site.address + "/years/1/suspicions")
    page.click("main form button")
    page.click("text=看清单", timeout=120_000)
    assert page.locator("text=疑似，需现场核实").count() > 1
    page.locator("main details summary >> nth=0").click()
    page.locator("main details a >> nth=0").click()
    page.wait_for_selector("text=与收到时一致")


def test_alarms_show_how_long_response_and_verification_took_or_are_due(page, site):
    page.goto(site.address + "/years/1/alarms")
    done, open_ = page.locator("main tbody tr").all()
    assert "1:30" in done.inner_text()
    assert "23:00" in done.inner_text()
    assert "▲ 未响应" in open_.inner_text()
