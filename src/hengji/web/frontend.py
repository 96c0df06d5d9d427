"""Whether the packages that pages load (decision 0013) were copied into the static folder at set-up."""

from __future__ import annotations

from pathlib import Path

VENDOR = Path(__file__).parent / "static" / "vendor"
GRID = ("tabulator.min.js", "tabulator.min.css")
CHARTS = ("echarts.min.js",)


def installed(names: tuple[str, ...]) -> bool:
    """Whether all these files are there; a page without them says so and shows plain tables."""
    return all((VENDOR / name).exists() for name in names)
