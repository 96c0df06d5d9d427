"""Files handed to a browser."""

from __future__ import annotations

from django.http import HttpResponse

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8", "pdf": "application/pdf",
}  # fmt: skip
_NO_SCRIPT = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox allow-same-origin allow-modals"
"""For a page that brings its own styles: nothing runs in it and nothing is fetched by it; the page around it may print it."""


def sent(content: bytes, name: str) -> HttpResponse:
    """A form as an attachment; html is shown, in a sandbox of its own."""
    ending = name.rpartition(".")[2]
    response = HttpResponse(content, content_type=_TYPES[ending])
    if ending == "html":
        response["Content-Security-Policy"] = _NO_SCRIPT
    else:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
