"""What every answer and every request passes through."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from hengji.dossier import DossierError
from hengji.evidence.errors import EvidenceError
from hengji.web import drafts, troubles
from hengji.web.access import OPEN
from hengji.web.flow.log import ASKED, note

Next = Callable[[HttpRequest], HttpResponse]
_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)


def own_content_only(following: Next) -> Next:
    """Tell the browser to load from this site alone, so that not even a stored script could call out.

    A page that brings its own styles and no scripts at all (a printed form, a report) sets a policy of its own.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        response = following(request)
        response.headers.setdefault("Content-Security-Policy", _POLICY)
        return response

    return answer


def kept_alive(following: Next) -> Next:
    """Put off the end of the sign-in of who is at work, once a minute; a page that asks again by itself is not at work."""

    def answer(request: HttpRequest) -> HttpResponse:
        now = int(time.time())
        due = abs(now - request.session.get("seen", 0)) >= settings.SESSION_KEPT_ALIVE
        if request.user.is_authenticated and due and "live" not in request.GET:
            request.session["seen"] = now
        return following(request)

    return answer


class SaidPlainly:
    """Tell in one sentence what is wrong with a dossier's folder, on whatever page it shows; nothing was changed."""

    def __init__(self, following: Next) -> None:
        self.following = following

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.following(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page for trouble with a folder or its records; None for anything else."""
        if not isinstance(error, DossierError | EvidenceError):
            return None  # `troubles.broken` is the last page
        return render(request, "trouble.html", {"trouble": error}, status=422)


def chosen_language(following: Next) -> Next:
    """Speak the language that the person chose; Chinese until then, whatever the browser prefers."""

    def answer(request: HttpRequest) -> HttpResponse:
        said = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(said if said in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
            return following(request)

    return answer


def signed_in(following: Next) -> Next:
    """Ask everybody to sign in who asks for a page that is not open: a new page is closed until it is opened.

    Whoever still has a password that somebody else gave chooses another one first.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(f"/{settings.STATIC_URL.strip('/')}/"):
            return following(request)
        try:
            route = resolve(request.path).url_name
        except Resolver404:
            return following(request)
        if request.user.is_authenticated:
            drafts.sent(request)
            held = getattr(request.user, "must_change", False) and route not in ("password", "sign_out", *OPEN)
            return redirect("password") if held else following(request)
        if route in OPEN:
            return following(request)
        return redirect_to_login(reverse("draft") if drafts.keep(request, route) else request.get_full_path())

    return answer


def trailed(following: Next) -> Next:
    """Write down who asks for what before anything is changed; where that cannot be written, nothing is done.

    What the act did is written by the act itself. Open pages write for themselves, drafts change nothing but the
    session.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return following(request)
        try:
            route = resolve(request.path).url_name
        except Resolver404:
            return following(request)
        if route not in (*OPEN, "draft"):
            try:
                note(request, ASKED, f"{request.method} {request.path}")
            except DatabaseError as error:
                return troubles.untrailed(error)
        return following(request)

    return answer
