"""Signing in and out, help, and what the site runs on."""

from __future__ import annotations

import platform
import sqlite3
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import LoginView
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.reading import FAULTS
from hengji.review import RULES
from hengji.web.access import needs
from hengji.web.drafts import remember
from hengji.web.flow.log import note
from hengji.web.frontend import CHARTS, GRID, installed
from hengji.web.people.attempts import forgotten, too_often
from hengji.web.people.models import User

_LIBRARIES = ("Django", "duckdb", "ibis-framework", "pyarrow", "lxml", "python-calamine", "XlsxWriter", "python-docx")


class SignIn(LoginView):
    """The sign-in page; who came in, and who could not, is written down."""

    template_name = "sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The demo accounts are shown where there are any, so that a visitor knows what to type."""
        return super().get_context_data(
            demo=User.objects.filter(demo=True, is_active=True).exists(),
            minutes=settings.SIGN_IN_LOCKED // 60,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at the password, unless there were too many attempts under this name: then not even at the right one."""
        name = request.POST.get("username", "")
        if too_often("sign_in", name, settings.SIGN_IN_TRIES, settings.SIGN_IN_LOCKED):
            note(request, "sign_in_locked", repr(name)[:100])
            return self.render_to_response(
                self.get_context_data(form=self.get_form_class()(request), locked=True), status=429
            )
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Come in."""
        response = super().form_valid(form)
        forgotten("sign_in", form.data.get("username", ""))
        note(self.request, "sign_in")
        remember(self.request, response)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Stay outside. The name that was typed is kept for the audit, the password never."""
        note(self.request, "sign_in_failed", repr(form.data.get("username", ""))[:100])
        return super().form_invalid(form)


@require_POST
@needs("sign_out")
def sign_out(request: HttpRequest) -> HttpResponse:
    """Leave."""
    note(request, "sign_out")
    logout(request)
    return redirect("sign_in")


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Whether the database answers; for a monitor."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"ok": True})


@require_safe
@needs("help")
def help_index(request: HttpRequest) -> HttpResponse:
    """All rules and reading faults."""
    return render(request, "help.html", {"rules": RULES, "faults": FAULTS})


@require_safe
@needs("help_page")
def help_page(request: HttpRequest, code: str) -> HttpResponse:
    """One rule or fault, with its examples."""
    rule = next((r for r in RULES if r.code == code.upper()), None)
    fault = next((f for f in FAULTS if f.code == code.upper()), None)
    if rule is None and fault is None:
        raise Http404
    return render(request, "help_page.html", {"one": rule or fault, "rule": rule})


@require_safe
@needs("environment")
def environment(request: HttpRequest) -> HttpResponse:
    """What the site runs on (运行环境检查)."""
    usage = sum(f.stat().st_size for f in settings.DATA.rglob("*") if f.is_file())
    facts = [
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
        ("系统 / system", platform.platform()),
    ]
    for name in _LIBRARIES:
        try:
            facts.append((name, version(name)))
        except PackageNotFoundError:
            facts.append((name, "没有安装 / not installed"))
    there = installed((*GRID, *CHARTS))
    facts.append(("表格和图形组件 / spreadsheet and pictures", "有 / there" if there else "没有安装 / not installed"))
    facts.append(("数据文件夹 / data folder", f"{usage / 1024 / 1024:,.1f} MB"))
    return render(request, "environment.html", {"facts": facts})
