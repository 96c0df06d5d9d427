"""`python -m hengji.gateway`: the commands `gateway`, `outlets` and `simulate`; `hengji` hands over to them."""

import sys

from hengji.gateway.commands import app

for stream in (sys.stdout, sys.stderr):
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
app(prog_name="hengji")
