"""`hengji serve`: hand over to the web application, which is a door of its own."""

from __future__ import annotations

import os
import sys

import typer


def serve(
    context: typer.Context,
) -> None:
    """启动网站(默认 127.0.0.1:8000)；参数见 --help。/ Serve the site; options are those of the site itself."""
    os.execv(sys.executable, [sys.executable, "-m", "hengji.web", *context.args])
