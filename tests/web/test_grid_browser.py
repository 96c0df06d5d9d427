"""The spreadsheet in a real browser: by keyboard, by pasted blocks, back and forth, kept until it is written."""

from __future__ import annotations

import pytest

from hengji.web.frontend import GRID, installed
from tests.web import test_browser as shared

# The running site and the windows are made as for the other pages.
browser, page, person, site, pytestmark = (
    getattr(shared, name) for name in ("browser", "page", "person", "site", "pytestmark")
)

needs_grid = pytest.mark.skipif(not installed(GRID), reason="Tabulator was not installed at set-up (make setup)")
PASTE = """text => {
  const data = new DataTransfer(); data.setData("text/plain", text);
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def cell(page, project: int, line: int, field: str):
    """A cell of the n-th group and the n-th row in it."""
    return page.locator(f"#grid .tabulator-row:not(.tabulator-group) [tabulator-field={field}]").nth(line - 1)


@pytest.fixture
def grid(page, site):
    page.goto(site.address + "/years/1/grid")
    page.wait_for_selector("#grid[data-ready]")
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector("#grid[data-ready]")
    yield page
    assert page.said == []


@needs_grid
def test_a_cell_is_reached_and_changed_by_keyboard_and_taken_back(grid):
    cell(grid, 1, 1, "name").click()
    grid.keyboard.press("ArrowRight")
    grid.keyboard.press("ArrowRight")
    grid.keyboard.type("5台")
    grid.keyboard.press("Enter")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "5台"
    assert "1 处改动还没有写入" in grid.inner_text("#grid-count")
    grid.keyboard.press("Control+z")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "车2台"
    grid.keyboard.press("Control+y")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "5台"
    grid.keyboard.press("F2")
    grid.keyboard.type("左右")
    grid.keyboard.press("Escape")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "5台"


@needs_grid
def test_a_block_from_a_spreadsheet_is_pasted_as_one_step_with_its_quoted_line_breaks(grid):
    cell(grid, 1, 2, "whole_term_target").click()
    grid.evaluate(PASTE, '≥98%\t≥99%\r\n"第一行\n第""二""行"\t98%\r\n')
    assert cell(grid, 1, 2, "annual_target").inner_text() == "≥99%"
    assert cell(grid, 1, 3, "whole_term_target").inner_text() == '第一行\n第"二"行'
    assert cell(grid, 1, 3, "annual_target").inner_text() == "98%"
    assert "4 处" in grid.inner_text("#grid-count")
    grid.click("#undo")
    assert grid.inner_text("#grid-count") == ""


@needs_grid
def test_a_block_over_computed_columns_or_over_the_edge_is_refused_whole_and_says_why(grid):
    cell(grid, 1, 1, "annual_target").click()
    grid.evaluate(PASTE, "9台\t77\n")
    assert "“实际完成值”由程序算出" in grid.inner_text("#grid-told")
    grid.evaluate(PASTE, "9台\t" * 40)
    assert "超出了表格" in grid.inner_text("#grid-told")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "车2台"
    assert grid.inner_text("#grid-count") == ""


@needs_grid
def test_what_was_copied_is_pasted_back_unchanged_even_over_computed_columns(grid):
    cell(grid, 1, 1, "name").click()
    cell(grid, 1, 3, "state").click(modifiers=["Shift"])
    copied = grid.evaluate("""() => { const data = new DataTransfer();
      document.activeElement.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true }));
      return data.getData("text/plain"); }""")
    assert [len(line.split("\t")) for line in copied.split("\r\n")] == [7, 7, 7]
    cell(grid, 1, 1, "name").click()
    grid.evaluate(PASTE, copied)
    assert "已粘贴 0 格" in grid.inner_text("#grid-told")


@needs_grid
def test_edits_outlive_a_reload_and_are_written_after_the_differences_were_seen(grid, site):
    cell(grid, 1, 1, "annual_target").click()
    grid.evaluate(PASTE, "4台")
    grid.reload()
    grid.wait_for_selector("#grid[data-ready]")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "4台"
    grid.click("#look")
    assert grid.locator("main ins").all_inner_texts() == ["4台"]
    grid.fill("#why", "与公布文件核对")
    grid.click("button[name=write]")
    grid.wait_for_selector(".message.success")
    grid.wait_for_selector("#grid[data-ready]")
    assert cell(grid, 1, 1, "annual_target").inner_text() == "4台"
    assert grid.inner_text("#grid-count") == ""
    assert grid.evaluate("localStorage.length") == 0


@needs_grid
def test_axe_finds_no_serious_fault_on_the_grid_and_its_differences(grid):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed (extra: browser)"
    ).Axe()
    cell(grid, 1, 2, "annual_target").click()
    grid.evaluate(PASTE, "≥97%")
    for _ in range(2):
        seen = axe.run(grid).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"]) for v in seen if v["impact"] in ("serious", "critical")] == []
        if grid.locator("#look").count():
            grid.click("#look")
