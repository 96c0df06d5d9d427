"""The demo: a dossier folder copied into the data folder, the organisations around it, and an account for each role."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from hengji.dossier import open_dossier
from hengji.web.access import Role
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import case_of
from hengji.web.people.models import Kind, Membership, Organisation, User, founded
from hengji.web.years.index import adopt, index_all

KEY = "demo"
_PARTS = ("hengji.toml", "changes.jsonl", "bindings.toml")
_FOLDERS = ("evidence", "attachments", "evaluations", "last_year", "reviews")


def set_up(origin: Path, *, renew: bool = False) -> list[tuple[str, str, str]]:
    """Names, passwords and roles of the demo accounts; none where the demo is there already.

    With `renew` the accounts that are there get new passwords: those made before were never told to anybody.

    Raises:
        DossierError: `origin` is not a dossier.
    """
    there = list(User.objects.filter(demo=True).order_by("pk"))
    if there:
        return [_told(user) for user in there] if renew else []
    folder = settings.DOSSIERS / KEY
    shutil.rmtree(folder, ignore_errors=True)
    _copy(origin, folder)
    with transaction.atomic():
        fiscal = founded("财政局(演示)", Kind.FISCAL)
        above = founded("主管部门(演示)", Kind.SUPERVISING, fiscal)
        unit = founded(open_dossier(folder).unit or "预算单位", Kind.UNIT, above)
        outside = founded("第三方机构(演示)", Kind.OUTSIDE)
        made = adopt(unit, folder)
        made.confirmed_at = timezone.now()
        made.save(update_fields=["confirmed_at"])
        index_all(made)
        for subject in Subject:
            case_of(made, subject)
        accounts = [
            _account(name, role, where)
            for name, role, where in (
                ("yewu", Role.BUSINESS, founded("业务科(演示)", Kind.SECTION, unit)),
                ("caiwu", Role.FINANCE, founded("财务科(演示)", Kind.SECTION, unit)),
                ("lingdao", Role.HEAD, unit), ("zhuguan", Role.SUPERVISOR, above), ("caizheng", Role.FISCAL, fiscal),
                ("disanfang", Role.THIRD_PARTY, outside), ("shenji", Role.AUDITOR, fiscal),
                ("xitong", Role.SYSTEM_ADMIN, fiscal), ("anquan", Role.SECURITY_ADMIN, fiscal),
                ("rizhi", Role.AUDIT_ADMIN, fiscal),
            )
        ]  # fmt: skip
        made.grants.create(organisation=outside, given_by=User.objects.get(username="caizheng"))
    return accounts


def _account(name: str, role: Role, where: Organisation) -> tuple[str, str, str]:
    user = User.objects.create_user(name, full_name=f"{role.zh}(演示)", demo=True)
    Membership.objects.create(user=user, organisation=where, role=role.value)
    return _told(user)


def _told(user: User) -> tuple[str, str, str]:
    """An account with a new password, and what it is where."""
    password = secrets.token_urlsafe(9)
    user.set_password(password)
    user.save()
    return user.username, password, "；".join(f"{role.zh} {where}" for role, where in user.roles())


def _copy(origin: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for file in (*(origin / name for name in _PARTS), *origin.glob("table.*")):
        if file.exists():
            shutil.copy2(file, folder / file.name)
    for name in _FOLDERS:
        if (origin / name).is_dir():
            shutil.copytree(origin / name, folder / name)
