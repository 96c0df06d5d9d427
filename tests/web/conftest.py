"""Two units under one supervising department and one fiscal bureau, an account for each role, a table in each unit."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):  # the name is pytest-django's: what it makes, every test finds
    with django_db_blocker.unblock():
        _people()


def _people() -> None:
    from hengji.web.access import Role
    from hengji.web.people.models import Kind, Membership, User, founded
    from hengji.web.years.index import begin

    fiscal = founded("财政局", Kind.FISCAL)
    above = founded("主管局", Kind.SUPERVISING, fiscal)
    outside = founded("评价公司", Kind.OUTSIDE)
    own, other = (
        founded("甲单位", Kind.UNIT, above),
        founded("乙单位", Kind.UNIT, founded("另一主管局", Kind.SUPERVISING, fiscal)),
    )
    places = {
        Role.BUSINESS: founded("业务科", Kind.SECTION, own), Role.FINANCE: founded("财务科", Kind.SECTION, own), Role.HEAD: own,
        Role.SUPERVISOR: above, Role.FISCAL: fiscal, Role.THIRD_PARTY: outside, Role.AUDITOR: own,
        Role.SYSTEM_ADMIN: fiscal, Role.SECURITY_ADMIN: fiscal, Role.AUDIT_ADMIN: fiscal,
    }  # fmt: skip
    for role, place in places.items():
        user = User.objects.create_user(role.value, password="p", full_name=role.zh)
        Membership.objects.create(user=user, organisation=place, role=role.value)
    data = TABLE.read_bytes()
    for unit in (own, other):
        made = begin(unit, data, "table.txt", 2024)
        made.confirmed_at = timezone.now()
        made.save()


@pytest.fixture
def own(db):
    """The confirmed table of the unit that the accounts belong to."""
    from hengji.web.years.models import Dossier

    found = Dossier.objects.get(organisation__name="甲单位")
    # Its folder outlives a test, the cases in the database do not.
    (found.folder / "locks.jsonl").unlink(missing_ok=True)
    return found


@pytest.fixture
def other(db):
    """The confirmed table of a unit under another supervising department."""
    from hengji.web.years.models import Dossier

    return Dossier.objects.get(organisation__name="乙单位")


@pytest.fixture
def as_(db):
    """A browser signed in as a role."""
    from hengji.web.people.models import User

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(User.objects.get(username=role))
        return client

    return signed_in


@pytest.fixture
def fresh(db):
    """A new unit with a table of its own, for tests that write into its folder; the accounts of 甲单位 reach it too."""
    from hengji.web.people.models import Kind, Membership, Organisation, User, founded
    from hengji.web.years.index import begin

    unit = founded("丙单位", Kind.UNIT, Organisation.objects.get(name="主管局"))
    for role in ("finance", "head", "business"):
        Membership.objects.create(user=User.objects.get(username=role), organisation=unit, role=role)
    made = begin(unit, TABLE.read_bytes(), "table.txt", 2024)
    made.confirmed_at = timezone.now()
    made.save()
    return made
