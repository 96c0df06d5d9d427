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


def set_up(origin: Path) -> list[tuple[str, str, str]]:
    """Names, passwords and roles of the demo accounts; none where the demo is there already.

    Raises:
        DossierError: `origin` is not a dossier.
    """
    if User.objects.filter(demo=True).exists():
        return []
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
    password = secrets.token_urlsafe(9)
    user = User.objects.create_user(name, password=password, full_name=f"{role.zh}(演示)", demo=True)
    Membership.objects.create(user=user, organisation=where, role=role.value)
    return name, password, f"{role.zh} {where}"


def _copy(origin: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    for file in (*(origin / name for name in _PARTS), *origin.glob("table.*")):
        if file.exists():
            shutil.copy2(file, folder / file.name)
    for name in _FOLDERS:
        if (origin / name).is_dir():
            shutil.copytree(origin / name, folder / name)
