"""Accounts, organisations and roles by page, each in the hands of another administrator; everybody's own password.

The system administrator makes and closes accounts and organisations and gives neither role nor password; the security
administrator gives roles and first passwords and makes no account; the audit administrator reads what both did in the
log. So nobody alone makes a person who can do something, and nobody changes what is their own.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hengji.reception.devices import FILE as REGISTER
from hengji.web.access import ADMINISTRATORS, Role, needs
from hengji.web.flow.log import note
from hengji.web.people.attempts import forgotten
from hengji.web.people.models import PARENTS, Kind, Membership, Organisation, User, founded
from hengji.web.templatetags.said import chinese

PAGE = 100
Trouble = list[tuple[str, str, str]]
"""(field, Chinese, English) for the summary of errors above a form."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("accounts")
def accounts(request: HttpRequest) -> HttpResponse:
    """All accounts; POST makes one, which can do nothing until the security administrator gives role and password."""
    trouble: Trouble = []
    if request.method == "POST":
        name, full = _said(request, "username", 150), _said(request, "full_name", 60)
        try:
            UnicodeUsernameValidator()(name)
        except ValidationError:
            trouble.append(
                ("username", "账号只能用文字、数字和 @ . + - _。", "A name has letters, digits and @ . + - _ only.")
            )
        if not full:
            trouble.append(("full_name", "请写姓名。", "Give the person's name."))
        if User.objects.filter(username__iexact=name).exists():
            trouble.append(("username", f"账号“{name}”已有，请换一个。", f"There is an account {name!r} already."))
        if not trouble:
            made = User(username=name, full_name=full, must_change=True)
            made.set_unusable_password()
            made.save()
            note(request, "account_made", name, after=full)
            said = "已建立。请安全管理员授予角色并发放初始密码。"
            messages.success(
                request, said if chinese() else "Made. The security administrator gives role and password."
            )
            return redirect("account", pk=made.pk)
    return _listed(request, "accounts.html", trouble)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("account")
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its person's name, and whether it is closed."""
    one, trouble = get_object_or_404(User, pk=pk), list[tuple[str, str, str]]()
    if request.method == "POST":
        what = request.POST.get("do", "")
        if what == "rename" and (full := _said(request, "full_name", 60)):
            note(request, "account_changed", one.username, before=one.full_name, after=full)
            User.objects.filter(pk=pk).update(full_name=full)
        elif what == "rename":
            trouble.append(("full_name", "请写姓名。", "Give the person's name."))
        elif what == "close" and not (trouble := _not_closed(request, one)):
            User.objects.filter(pk=pk).update(is_active=False)
            note(request, "account_closed", one.username)
        elif what == "open":
            User.objects.filter(pk=pk).update(is_active=True)
            note(request, "account_opened", one.username)
        if not trouble:
            return redirect("account", pk=pk)
    given = {"one": one, "held": one.roles(), "trouble": trouble, "own": request.user.pk == one.pk}
    return render(request, "account.html", given, status=422 if trouble else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("organisations")
def organisations(request: HttpRequest) -> HttpResponse:
    """The tree of organisations; POST founds one at its place."""
    trouble: Trouble = []
    if request.method == "POST":
        name, kind = _said(request, "name", 200), request.POST.get("kind", "")
        above = Organisation.objects.filter(pk=_number(request.POST.get("parent"))).first()
        if not name:
            trouble.append(("name", "请写机构名称。", "Give the organisation's name."))
        if kind not in Kind.values:
            trouble.append(("kind", "请选择机构类别。", "Choose the kind of organisation."))
        elif (above.kind if above else None) not in PARENTS[Kind(kind)]:
            trouble.append(
                (
                    "parent",
                    f"{Kind(kind).label}不能设在这里，请改选上级机构。",
                    "It cannot stand there; choose another parent.",
                )
            )
        if Organisation.objects.filter(name=name, parent=above).exists():
            trouble.append(("name", f"同一上级下已有“{name}”。", f"There is a {name!r} below the same parent already."))
        if not trouble:
            made = founded(name, Kind(kind), above, _said(request, "code", 40))
            note(request, "organisation_made", made.name, after=f"{made.get_kind_display()} {above or ''}".strip())
            return redirect("organisations")
    found = list(Organisation.objects.all())
    for one in found:
        one.depth = one.path.count("/") - 2  # type: ignore[attr-defined]
    given = {"organisations": found, "kinds": Kind.choices, "trouble": trouble, "posted": request.POST}
    return render(request, "organisations.html", given, status=422 if trouble else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("organisation")
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation: its name, code and, of a unit, the gateway's folder. Its place in the tree stays, for dossiers and rights hang on it."""
    one, trouble = get_object_or_404(Organisation, pk=pk), list[tuple[str, str, str]]()
    if request.method == "POST":
        name, code = _said(request, "name", 200), _said(request, "code", 40)
        gateway = _said(request, "gateway", 500) if one.kind == Kind.UNIT else ""
        if not name:
            trouble.append(("name", "请写机构名称。", "Give the organisation's name."))
        if gateway and not (Path(gateway).is_absolute() and (Path(gateway) / REGISTER).is_file()):
            zh = f"“{gateway}”不是网关的文件夹：要写服务器上的完整路径，里面有设备登记表 {REGISTER}。"
            en = f"{gateway!r} is no gateway's folder: give its full path on the server; it holds {REGISTER}."
            trouble.append(("gateway", zh, en))
        if not trouble:
            before, after = f"{one.name} {one.code} {one.gateway}", f"{name} {code} {gateway}"
            note(request, "organisation_changed", one.name, before=before.strip(), after=after.strip())
            Organisation.objects.filter(pk=pk).update(name=name, code=code, gateway=gateway)
            return redirect("organisations")
    return render(request, "organisation.html", {"one": one, "trouble": trouble}, status=422 if trouble else 200)


@require_safe
@needs("roles")
def roles(request: HttpRequest) -> HttpResponse:
    """All accounts with what they are where."""
    return _listed(request, "roles.html", [])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("person")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One account's roles: grant, withdraw, and a password for its first use, which is shown this once."""
    one, trouble, password = get_object_or_404(User, pk=pk), list[tuple[str, str, str]](), ""
    if request.method == "POST":
        what = request.POST.get("do", "")
        if request.user.pk == one.pk:
            trouble.append(("role", "不能给自己授权，请由另一位安全管理员办理。", "Nobody grants to himself."))
        elif what == "grant":
            trouble = _granted(request, one)
        elif what == "withdraw":
            trouble = _withdrawn(request, one)
        elif what == "password":
            password = secrets.token_urlsafe(12)
            one.set_password(password)
            one.must_change = True
            one.save(update_fields=["password", "must_change"])
            forgotten("sign_in", one.username)
            note(request, "password_given", one.username)
        if not trouble and not password:
            return redirect("person", pk=pk)
    given = {
        "one": one, "held": one.memberships.select_related("organisation"), "roles": list(Role), "password": password,
        "organisations": Organisation.objects.all(), "trouble": trouble, "own": request.user.pk == one.pk,
    }  # fmt: skip
    return render(request, "person.html", given, status=422 if trouble else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("password")
def password(request: HttpRequest) -> HttpResponse:
    """One's own password; whoever was given one must choose another before anything else."""
    assert isinstance(request.user, User)
    form = PasswordChangeForm(request.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user: Any = form.save(commit=False)
        user.must_change = False
        user.save(update_fields=["password", "must_change"])
        update_session_auth_hash(request, user)
        note(request, "password_changed")
        messages.success(request, "密码已修改。" if chinese() else "The password was changed.")
        return redirect("home")
    return render(request, "password.html", {"form": form}, status=422 if form.errors else 200)


def _listed(request: HttpRequest, template: str, trouble: Trouble) -> HttpResponse:
    sought = request.GET.get("q", "").strip()[:100]
    found = User.objects.prefetch_related("memberships__organisation").order_by("username")
    if sought:
        found = found.filter(
            Q(username__icontains=sought) | Q(full_name__icontains=sought)
            | Q(memberships__organisation__name__icontains=sought)
        ).distinct()  # fmt: skip
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    given = {"page": page, "sought": sought, "trouble": trouble, "posted": request.POST}
    return render(request, template, given, status=422 if trouble else 200)


def _not_closed(request: HttpRequest, one: User) -> Trouble:
    if request.user.pk == one.pk:
        return [("close", "不能停用自己的账号。", "Nobody closes the own account.")]
    return _last_of(one, {role for role, _ in one.roles()}, "停用", "closed")


def _last_of(one: User, roles: set[Role], zh: str, en: str) -> Trouble:
    """What speaks against taking roles from an account: an installation without one of its administrators is stuck."""
    for role in sorted(roles & ADMINISTRATORS):
        others = Membership.objects.filter(role=role.value, user__is_active=True).exclude(user=one)
        if not others.exists():
            return [("role", f"{one}是唯一的{role.zh}，不能{zh}。请先另设一位。",
                     f"{one} is the only {role.en} and cannot be {en}; appoint another first.")]  # fmt: skip
    return []


@transaction.atomic
def _granted(request: HttpRequest, one: User) -> Trouble:
    # Locked, so that two grants at the same moment cannot together make what each alone may not.
    one = User.objects.select_for_update().get(pk=one.pk)
    where = Organisation.objects.filter(pk=_number(request.POST.get("organisation"))).first()
    role = request.POST.get("role", "")
    if role not in tuple(Role) or where is None:
        return [("role", "请选择角色和机构。", "Choose the role and the organisation.")]
    made = Membership(user=one, organisation=where, role=role)
    try:
        made.clean()
    except ValidationError as error:
        zh, _, en = error.messages[0].partition(" / ")
        return [("role", zh, en)]
    Membership.objects.get_or_create(user=one, organisation=where, role=role)
    note(request, "role_granted", one.username, after=f"{Role(role).zh} {where}")
    return []


@transaction.atomic
def _withdrawn(request: HttpRequest, one: User) -> Trouble:
    held = one.memberships.select_related("organisation").filter(pk=_number(request.POST.get("membership"))).first()
    if held is None:
        return []
    trouble = _last_of(one, {Role(held.role)}, "撤销", "withdrawn")
    if not trouble:
        held.delete()
        note(request, "role_withdrawn", one.username, before=f"{Role(held.role).zh} {held.organisation}")
    return trouble


def _said(request: HttpRequest, field: str, most: int) -> str:
    return request.POST.get(field, "").strip()[:most]


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0
