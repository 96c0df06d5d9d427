"""Every main page asks the database as many times for many units, projects, findings and acts as for few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hengji.web.flow.log import append
from hengji.web.flow.models import Case, Step, Subject
from hengji.web.people.models import Kind, Membership, Organisation, User, founded
from hengji.web.years.models import Dossier, Found, Indicator, Project

PAGES = ("home", "years", "units", "table", "worst", "findings", "registers", "evaluations", "unit", "case", "acts", "surveys",
         "bindings", "proof", "grid", "charts", "forms", "figure", "review_form", "frame", "register_rows", "grants", "accounts", "roles", "organisations", "log")  # fmt: skip
OTHERS = {
    "accounts": "system_admin",
    "organisations": "system_admin",
    "roles": "security_admin",
    "log": "audit_admin",
    "grants": "supervisor",
}
EXTRA = {
    "case": ["targets"],
    "bindings": [1],
    "figure": [1, 1],
    "review_form": [1],
    "frame": ["department", 0],
    "register_rows": ["petition"],
}


def more(dossier: Dossier, how_many: range) -> None:
    """More of everything that a page could ask for one by one."""
    above, now = Organisation.objects.get(name="主管局"), timezone.now()
    finance = User.objects.get(username="finance")
    for n in how_many:
        unit = founded(f"单位{n}", Kind.UNIT, above)
        user = User.objects.create(username=f"u{n}", full_name=f"用户{n}")
        Membership.objects.create(user=user, organisation=unit, role="business")
        Membership.objects.create(user=finance, organisation=unit, role="finance")
        other = Dossier.objects.create(
            organisation=unit,
            year=2024,
            key=f"q{n}",
            title="表",
            pack="national-2020",
            confirmed_at=now,
            indicators=1,
            open=1,
        )
        case = Case.objects.create(dossier=other, subject=Subject.TARGETS, submitted_by=finance)
        Step.objects.create(case=case, at=now, by=finance, act="forward", came_from="prepare", went_to="head")
        append("upload", by=user, dossier=dossier)
    first = dossier.projects.count() + 1
    for n in range(first, first + len(how_many)):
        project = Project.objects.create(dossier=dossier, number=n, name=f"项目{n}", total=1)
        Indicator.objects.bulk_create(Indicator(project=project, row=r, number=r, name="指标") for r in range(1, 6))
        Found.objects.create(dossier=dossier, order=1000 + n, project=n, row=1, cell="name", code="T01", severity="error", zh="问", en="q")  # fmt: skip


def queries(client, page: str, dossier: Dossier) -> int:
    route = "table" if page == "worst" else page
    plain = page in ("home", "years", "units", "accounts", "organisations", "roles", "log")
    url = reverse(route, args=[] if plain else [dossier.pk, *EXTRA.get(page, [])])
    client.get(url)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url, {"order": "worst"} if page == "worst" else {}).status_code == 200
    return len(asked)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_no_more_often_where_there_is_more(as_, fresh, page):
    client = as_(OTHERS.get(page, "finance"))
    append("upload", by=User.objects.get(username="finance"), dossier=fresh)
    more(fresh, range(1))  # an empty list is not even asked for
    few = queries(client, page, fresh)
    more(fresh, range(1, 13))
    assert queries(client, page, fresh) == few
