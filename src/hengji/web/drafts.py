"""What was typed into a form while the sign-in ran out: kept until the same person is back, then sent or let go.

Kept in the browser's new session, and only where the page's own token came with it and the browser still knows who was
signed in last; shown to nobody else. Passwords and files are never kept.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hengji.web.access import needs

WHO = "who"
"""The signed cookie that names who was signed in last."""
MOST = 64 * 1024
_NEVER = ("password", "sign_out")


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser know who signed in."""
    response.set_signed_cookie(
        WHO, str(request.user.pk), max_age=12 * 3600, httponly=True, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


def keep(request: HttpRequest, route: str | None) -> bool:
    """Keep what a form sent after the sign-in had run out; False where there is nothing that may be kept."""
    who = request.get_signed_cookie(WHO, default=None)
    if request.method != "POST" or who is None or route in _NEVER:
        return False
    if CsrfViewMiddleware(lambda r: HttpResponse()).process_view(request, draft, (), {}) is not None:
        return False
    fields = [(k, v) for k, values in request.POST.lists() if k != "csrfmiddlewaretoken" for v in values]
    if sum(len(str(v)) for _, v in fields) > MOST:
        return False
    request.session["draft"] = {"who": who, "path": request.path, "fields": fields, "files": bool(request.FILES)}
    return True


def sent(request: HttpRequest) -> None:
    """Let go of a draft whose form is sent again."""
    if request.method == "POST" and request.session.get("draft", {}).get("path") == request.path:
        del request.session["draft"]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("draft")
def draft(request: HttpRequest) -> HttpResponse:
    """What was typed before the sign-in ran out, to be sent now; POST lets it go."""
    kept: dict[str, Any] | None = request.session.get("draft")
    if kept is None or request.method == "POST" or kept["who"] != str(request.user.pk):
        request.session.pop("draft", None)
        return redirect("home")
    return render(request, "draft.html", {"draft": kept})
