"""The first three administrators of an installation: without them nobody could come in."""

from __future__ import annotations

import secrets

from django.db import transaction

from hengji.web.access import Role
from hengji.web.people.models import Kind, Membership, User, founded


@transaction.atomic
def appoint() -> list[tuple[str, str, str]]:
    """Names, first passwords and roles of three accounts, one an administrator; none where there are accounts already."""
    if User.objects.exists():
        return []
    root, told = founded("财政部门", Kind.FISCAL), []
    for name, role in (("xitong", Role.SYSTEM_ADMIN), ("anquan", Role.SECURITY_ADMIN), ("shenji", Role.AUDIT_ADMIN)):
        password = secrets.token_urlsafe(12)
        user = User.objects.create_user(name, password=password, full_name=role.zh, must_change=True)
        Membership.objects.create(user=user, organisation=root, role=role.value)
        told.append((name, password, role.zh))
    return told
