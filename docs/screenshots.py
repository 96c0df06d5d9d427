"""Pictures of the site's main pages for the READMEs, taken in a real browser from the running example.

    python docs/screenshots.py DOSSIER docs/pictures

DOSSIER has been computed and scored (`make run SERVE=0`); where it holds generated records, every picture says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

PORT = 8437
PAGES = {
    "table": "/years/1?order=worst", "figure": "/years/1/figure/3/7", "proof": "/years/1/proof#s-3-7-annual_target",
    "unit": "/years/1/unit", "grid": "/years/1/grid",
}  # fmt: skip


def main(dossier: Path, out: Path) -> None:
    """Serve the dossier from a data folder of its own, sign in as the finance section, take the pictures."""
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "hengji.web", "--data", data, "--demo", str(dossier), "--port", str(PORT)]
        site = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            _wait()
            lines = (Path(data) / "demo-accounts.txt").read_text("utf-8").splitlines()
            _take(next(line.split("\t")[1] for line in lines if line.startswith("caiwu\t")), out)
        finally:
            site.terminate()
            site.wait()


def _wait() -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{PORT}/health", timeout=5).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("网站没有启动 / the site did not start")


def _take(password: str, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        page.goto(f"http://127.0.0.1:{PORT}/sign-in")
        page.fill("#id_username", "caiwu")
        page.fill("#id_password", password)
        page.click("main button")
        for name, path in PAGES.items():
            page.goto(f"http://127.0.0.1:{PORT}{path}")
            page.screenshot(path=out / f"{name}.png")
            print(out / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
