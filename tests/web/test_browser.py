"""The site in a real browser: main pages without console errors, requests elsewhere, or clipped tables; by keyboard."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: browser)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
PAGES = ("/", "/years", "/years/1", "/years/1?order=worst", "/years/1/figure/1/1", "/years/1/findings", "/years/1/registers",
         "/years/1/registers/petition", "/years/1/evaluations", "/years/1/unit", "/years/1/cases/targets", "/years/1/proof",
         "/years/1/acts", "/years/import", "/help", "/help/T01", "/years/1/cell/1/1/annual_target")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A real server with a real worker on a free port, and the accounts of its demo."""
    from hengji.dossier import create

    folder, data = tmp_path_factory.mktemp("site") / "year", tmp_path_factory.mktemp("data")
    create(TABLE.read_bytes(), "table.txt", folder, year=2024)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hengji.web", "--data", str(data), "--demo", str(folder), "--port", str(port)]
    # As on a machine of its own: nothing of the settings that the other tests run under.
    own = {k: v for k, v in os.environ.items() if not k.startswith(("HENGJI_", "DJANGO_"))}
    server = subprocess.Popen(command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(address + "/health", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    lines = (data / "demo-accounts.txt").read_text("utf-8").splitlines()
    yield address, {name: password for name, password, _ in (line.split("\t") for line in lines)}
    server.terminate()
    server.wait(30)


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, site):
    """A page signed in as the finance section, which remembers what the console said and what was asked for."""
    address, accounts = site
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda m: page.said.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: page.said.append(str(e)))
    page.on("request", lambda r: page.asked.append(r.url))
    page.goto(address + "/sign-in")
    page.wait_for_selector("#id_username:focus")  # the cursor stands in the first field by itself
    page.keyboard.type("caiwu")
    page.keyboard.press("Tab")
    page.keyboard.type(accounts["caiwu"])
    page.keyboard.press("Enter")
    page.wait_for_url(address + "/")
    yield page
    context.close()


def test_main_pages_load_from_this_site_alone_and_say_nothing_to_the_console(page, site):
    for path in PAGES:
        answer = page.goto(site[0] + path)
        assert answer.status == 200, path
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, path
    assert page.said == []
    assert {urlsplit(url).netloc for url in page.asked} == {urlsplit(site[0]).netloc}


def test_a_click_on_the_document_leads_to_what_was_read_of_it_and_back(page, site):
    page.goto(site[0] + "/years/1/proof")
    page.click("#s-3-7-annual_target")
    assert page.locator("td:target").inner_text().startswith("确保在线数据传输率达90%以上")
    page.click("td:target a >> nth=0")
    assert page.locator(".src:target").inner_text() == "确保在线数据传输率达90%以上"


def test_work_asked_for_on_a_page_is_done_by_the_worker_and_shown_without_reloading(page, site):
    page.goto(site[0] + "/years/1/evaluations")
    page.click("text=计算运行监控")
    page.wait_for_selector("text=已完成", timeout=120_000)
    page.click("text=看结果")
    assert page.locator("text=监控表").count() == 13
