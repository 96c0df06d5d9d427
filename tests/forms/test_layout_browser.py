"""Forms as a browser shows and prints them."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from hengji.forms import as_html, evidence_list, monitoring_form, self_evaluation_form

from .evaluated import monitored, self_evaluation, small_material
from .test_report_browser import CHROMIUM, FLAGS
from .test_self_evaluation_office import MANY, long

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra: browser)")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed"),
]
SCORED = small_material(long(self_evaluation(simulated=True)))
FORMS = {
    "self_evaluation": self_evaluation_form(SCORED, 1),
    "monitoring": monitoring_form(small_material(long(monitored(simulated=True))), 1),
    "evidence_list": evidence_list(SCORED, 1),
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """Form → text of each page as printed, what was asked for, how wide the page is at 1366 by 768."""
    folder, found = tmp_path_factory.mktemp("forms"), {}
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name, form in FORMS.items():
            path = folder / f"{name}.html"
            path.write_bytes(as_html(form))
            page = chromium.new_context(viewport={"width": 1366, "height": 768}).new_page()
            asked, errors = [], []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, errors=errors: errors.append(message.text))
            page.goto(path.as_uri())
            wide = page.evaluate("document.documentElement.scrollWidth")
            page.pdf(path=str(path.with_suffix(".pdf")), prefer_css_page_size=True)
            said = subprocess.run(
                ["pdftotext", "-layout", str(path.with_suffix(".pdf")), "-"], check=True, capture_output=True
            )
            pages = ["".join(p.split()) for p in said.stdout.decode().split("\f")[:-1]]
            found[name] = (pages, asked == [path.as_uri()], errors, wide)
        chromium.close()
    return found


@pytest.mark.parametrize("name", FORMS)
def test_nothing_but_the_file_is_asked_for_and_it_is_no_wider_than_the_screen(printed, name):
    _, only_itself, errors, wide = printed[name]
    assert (only_itself, errors, wide) == (True, [], 1366)


@pytest.mark.parametrize("name", FORMS)
def test_every_page_says_that_records_are_generated_and_counts_itself(printed, name):
    pages = printed[name][0]
    for n, page in enumerate(pages, 1):
        assert "模拟数据" in page, n
        assert f"第{n}页共{len(pages)}页" in page


@pytest.mark.parametrize("name", FORMS)
def test_headings_are_repeated_on_each_page_of_the_listing_and_no_indicator_is_lost(printed, name):
    pages = printed[name][0]
    form = pages[: next(k for k, page in enumerate(pages) if "口径说明" in page or "来源文件或查询" in page)]
    listing = [page for page in form if "号河段巡查" in page]
    assert len(listing) > 1
    assert all("三级指标" in page for page in listing)
    assert all(f"第{k + 1}号河段巡查" in "".join(form) for k in range(MANY))
    assert "号河段巡查" in form[0], "the listing begins on the first page"
