"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，一个文件一行 / JSON, one object a line")]
Year = Annotated[int | None, typer.Option(help="预算年度，文中没有写明时用 / budget year where the document has none")]
