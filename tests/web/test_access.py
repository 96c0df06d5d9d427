"""Every route, every role, the own and another unit: who gets in, who is turned away, who learns nothing."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from hengji.web.access import MAY, OPEN, ROUTES, Act, Role
from hengji.web.urls import urlpatterns

POSTED = {
    "deadline",
    "sign_out",
    "confirm",
    "discard",
    "decide",
    "register_upload",
    "evaluate",
    "verify",
    "move",
    "job_cancel",
    "scan",
    "survey_paper",
    "survey_close",
    "grid_check",
    "months",
    "suspect",
    "form_pdf",
    "trail_proof",
    "trail_anchor",
    "review_grades",
}
"""Routes that change something and answer to POST alone."""
EXTRA = {
    "cell": {"project": 1, "row": 1, "field": "annual_target"}, "figure": {"project": 1, "row": 1},
    "figure_rows": {"project": 1, "row": 1}, "opinion": {"project": 1}, "register": {"name": "petition"},
    "register_rows": {"name": "petition"}, "register_template": {"name": "petition"}, "register_upload": {"name": "petition"},
    "evaluation": {"stage": "monitoring", "project": 1},
    "form": {"kind": "target_declaration", "project": 1, "ending": "xlsx"},
    "outlet": {"mn": "1"}, "outlet_packet": {"day": "2024-03-04", "segment": "0001.inbox", "place": 0},
    "attest": {"project": 1, "row": 1}, "register_faults": {"name": "petition", "digest": "0"},
    "frame": {"kind": "departmental", "project": 1},
    "writing": {"stage": "monitoring", "project": 1},
    "preview": {"kind": "report", "project": 0}, "form_pdf": {"kind": "target_declaration", "project": 1}, "review_form": {"project": 1}, "review_grades": {"project": 1},
    "case": {"subject": "targets"}, "attachment": {"digest": "0"}, "bindings": {"project": 1}, "survey": {"survey": 0}, "survey_paper": {"survey": 0}, "survey_close": {"survey": 0}, "deadline": {"subject": "targets"}, "move": {"subject": "targets"}, "help_page": {"code": "t01"},
}  # fmt: skip
OF_A_PERSON = ("account", "organisation", "person")
OF_A_DOSSIER = sorted(
    p.name
    for p in urlpatterns
    if p.name and "pk" in p.pattern.converters and not p.name.startswith("job") and p.name not in OF_A_PERSON
)
PLAIN = sorted(p.name for p in urlpatterns if p.name in ROUTES and not p.pattern.converters and p.name != "sign_out")


def ask(client: Client, route: str, **where):
    url = reverse(route, kwargs={**EXTRA.get(route, {}), **where})
    return client.post(url) if route in POSTED else client.get(url)


def test_every_page_has_its_line_in_the_table_of_routes():
    assert {p.name for p in urlpatterns} == set(ROUTES) | OPEN


@pytest.mark.parametrize("route", OF_A_DOSSIER)
@pytest.mark.parametrize("role", list(Role))
def test_a_dossier_answers_only_to_those_in_whose_scope_it_is_and_whose_role_may(as_, own, other, role, route):
    may = ROUTES[route] in MAY[role]
    client = as_(role.value)
    sees_own = role not in (Role.THIRD_PARTY,)
    sees_other = role is Role.FISCAL
    assert ask(client, route, pk=other.pk).status_code in (
        (200, 302, 404, 422) if may and sees_other else ((404,) if may else (403,))
    )
    answer = ask(client, route, pk=own.pk)
    if not may:
        assert answer.status_code == 403
    elif not sees_own:
        assert answer.status_code == 404
    elif route == "review_grades":
        assert answer.status_code == 422  # the targets do not lie on this desk
    elif route not in (
        "figure_rows",
        "evaluation",
        "decide",
        "evaluate",
        "move",
        "attachment",
        "outlet",
        "outlet_packet",
        "register_faults",
        "survey",
        "survey_paper",
        "survey_close",
    ):
        assert answer.status_code in (200, 302)
    else:  # nothing computed yet, or nothing said: not found, but not forbidden
        assert answer.status_code in (302, 404)


@pytest.mark.parametrize("route", PLAIN)
@pytest.mark.parametrize("role", list(Role))
def test_a_page_without_dossier_answers_to_those_whose_role_may(as_, role, route):
    allowed = ROUTES[route] is Act.OWN or ROUTES[route] in MAY[role]
    assert ask(as_(role.value), route).status_code in ((200, 302) if allowed else (403,))


@pytest.mark.parametrize("route", OF_A_PERSON)
@pytest.mark.parametrize("role", list(Role))
def test_accounts_and_organisations_answer_to_their_administrator_alone(as_, role, route):
    from hengji.web.people.models import Organisation, User

    pk = (Organisation if route == "organisation" else User).objects.first().pk
    for answer in (ask(as_(role.value), route, pk=pk), as_(role.value).post(reverse(route, args=[pk]))):
        assert answer.status_code in ((200, 302, 422) if ROUTES[route] in MAY[role] else (403,))


@pytest.mark.parametrize("route", [*OF_A_DOSSIER, *OF_A_PERSON, *PLAIN])
def test_a_stranger_is_asked_to_sign_in(db, own, route):
    where = {} if route in PLAIN else {"pk": own.pk}
    answer = ask(Client(), route, **where)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in?next=")


def test_a_third_party_sees_what_was_granted_and_no_more(as_, own, other):
    from hengji.web.people.models import Organisation, User

    client = as_("third_party")
    assert client.get(reverse("table", args=[own.pk])).status_code == 404
    own.grants.create(
        organisation=Organisation.objects.get(name="评价公司"), given_by=User.objects.get(username="fiscal")
    )
    assert client.get(reverse("table", args=[own.pk])).status_code == 200
    assert client.get(reverse("table", args=[other.pk])).status_code == 404
    assert client.get(reverse("cell", args=[own.pk, 1, 1, "annual_target"])).status_code == 403


def test_who_reviews_lets_a_third_party_in_and_out_by_page_and_nobody_else(as_, own, other):
    from hengji.web.people.models import Organisation

    outside, inside = Organisation.objects.get(name="评价公司"), Organisation.objects.get(name="另一主管局")
    third, url = as_("third_party"), reverse("grants", args=[own.pk])
    for role in ("finance", "head", "third_party", "system_admin", "security_admin"):
        assert as_(role).post(url, {"organisation": outside.pk, "do": "give"}).status_code == 403, role
    assert as_("supervisor").post(reverse("grants", args=[other.pk]), {"organisation": outside.pk}).status_code == 404
    assert as_("supervisor").post(url, {"organisation": inside.pk, "do": "give"}).status_code == 404
    as_("supervisor").post(url, {"organisation": outside.pk, "do": "give"})
    assert third.get(reverse("table", args=[own.pk])).status_code == 200
    as_("fiscal").post(url, {"organisation": outside.pk, "do": "take"})
    assert third.get(reverse("table", args=[own.pk])).status_code == 404
    assert [e.what for e in own.entries.order_by("pk") if e.what.startswith("grant")] == ["grant_given", "grant_taken"]


def test_a_table_not_yet_confirmed_is_seen_by_who_owns_it_alone(as_, own):
    own.confirmed_at = None
    own.save()
    assert as_("finance").get(reverse("table", args=[own.pk])).status_code == 200
    for role in ("head", "business", "supervisor", "fiscal", "auditor"):
        assert as_(role).get(reverse("table", args=[own.pk])).status_code == 404, role


def test_the_three_administrators_exclude_each_other_and_all_other_work(db):
    from django.core.exceptions import ValidationError

    from hengji.web.people.models import Membership, Organisation, User

    place = Organisation.objects.get(name="财政局")
    for held, wanted in (("system_admin", "audit_admin"), ("security_admin", "finance"), ("finance", "audit_admin")):
        with pytest.raises(ValidationError, match="互斥"):
            Membership(user=User.objects.get(username=held), organisation=place, role=wanted).clean()


def test_changing_anything_needs_the_token_of_the_page(own):
    from hengji.web.people.models import User

    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="finance"))
    for route in sorted(POSTED - {"job_cancel", "sign_out", "trail_proof", "trail_anchor"}):
        assert ask(client, route, pk=own.pk).status_code == 403, route
    for route in ("accounts", "organisations", "password", "trail_proof", "trail_anchor"):
        assert client.post(reverse(route)).status_code == 403, route


def test_no_page_may_load_or_send_anything_elsewhere(as_, own):
    policy = as_("finance").get(reverse("table", args=[own.pk]))["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'self'" in policy
    assert "http" not in policy


def test_every_act_that_the_site_writes_down_has_its_words():
    import re
    from pathlib import Path

    import hengji.web
    from hengji.dossier import GivenKind
    from hengji.web.flow.log import ASKED
    from hengji.web.flow.steps import Move
    from hengji.web.templatetags.said import _ACTS
    from hengji.web.years.evaluations import STAGES
    from hengji.web.years.reviews import _DECISIONS

    code = "".join(p.read_text("utf-8") for p in Path(hengji.web.__file__).parent.rglob("*.py"))
    plain = set(re.findall(r'note\(\s*(?:self\.)?request,\s*"(\w+)"', code))
    made = {f"evaluate_{s}" for s in STAGES} | {f"case_{m}" for m in Move} | {k.value for k in _DECISIONS.values()}
    assert plain | made | {ASKED, GivenKind.CORRECTION.value, GivenKind.TARGET_CHANGE.value} == set(_ACTS)
