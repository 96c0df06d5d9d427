"""Who may do what: one table of roles and acts, one of routes, and the decorator that holds a view to them.

A route that is not in `ROUTES` cannot be served (a test goes through all of them). Scope is the other half: which
dossiers a person sees is asked in `people.scope`, by the tree of organisations.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

P = ParamSpec("P")


class Act(StrEnum):
    """What people do to a dossier, or to the installation."""

    OWN = "own"
    VIEW = "view"
    ANSWER = "answer"
    MANAGE = "manage"
    APPROVE = "approve"
    REVIEW = "review"
    VERIFY = "verify"
    SYSTEM = "system"
    SECURITY = "security"
    AUDIT = "audit"


class Role(StrEnum):
    """Who works in it."""

    BUSINESS = "business"
    FINANCE = "finance"
    HEAD = "head"
    SUPERVISOR = "supervisor"
    FISCAL = "fiscal"
    THIRD_PARTY = "third_party"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return ROLE_TITLES[self][0]

    @property
    def en(self) -> str:
        """The word in English."""
        return ROLE_TITLES[self][1]


ROLE_TITLES = {
    Role.BUSINESS: ("业务科室", "business section"),
    Role.FINANCE: ("财务科", "finance section"),
    Role.HEAD: ("单位负责人", "head of the unit"),
    Role.SUPERVISOR: ("主管部门", "supervising department"),
    Role.FISCAL: ("财政局绩效科", "performance office of the fiscal bureau"),
    Role.THIRD_PARTY: ("第三方评价", "third-party evaluator"),
    Role.AUDITOR: ("审计", "auditor"),
    Role.SYSTEM_ADMIN: ("系统管理员", "system administrator"),
    Role.SECURITY_ADMIN: ("安全管理员", "security administrator"),
    Role.AUDIT_ADMIN: ("审计管理员", "audit administrator"),
}
MAY: dict[Role, frozenset[Act]] = {
    Role.BUSINESS: frozenset((Act.VIEW, Act.ANSWER)),
    Role.FINANCE: frozenset((Act.VIEW, Act.ANSWER, Act.MANAGE)),
    Role.HEAD: frozenset((Act.VIEW, Act.APPROVE)),
    Role.SUPERVISOR: frozenset((Act.VIEW, Act.REVIEW)),
    Role.FISCAL: frozenset((Act.VIEW, Act.REVIEW)),
    Role.THIRD_PARTY: frozenset((Act.VIEW,)),
    Role.AUDITOR: frozenset((Act.VIEW, Act.VERIFY)),
    Role.SYSTEM_ADMIN: frozenset((Act.SYSTEM,)),
    Role.SECURITY_ADMIN: frozenset((Act.SECURITY,)),
    Role.AUDIT_ADMIN: frozenset((Act.AUDIT,)),
}
"""The three administrators see no dossier; who submits (finance) never approves (head)."""
ADMINISTRATORS = frozenset((Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN))

OPEN = frozenset(("sign_in", "set_language", "health", "answer"))
"""Routes that need no account."""
ROUTES: dict[str, Act] = {
    "home": Act.OWN, "sign_out": Act.OWN, "job": Act.OWN, "job_cancel": Act.OWN, "job_file": Act.OWN, "help": Act.OWN, "help_page": Act.OWN,
    "years": Act.VIEW, "import": Act.MANAGE, "proof": Act.MANAGE, "confirm": Act.MANAGE, "reimport": Act.MANAGE, "discard": Act.MANAGE,
    "table": Act.VIEW, "cell": Act.MANAGE, "grid": Act.VIEW, "grid_check": Act.MANAGE, "figure": Act.VIEW, "figure_rows": Act.VIEW,
    "findings": Act.VIEW, "decide": Act.MANAGE, "opinion": Act.VIEW,
    "bindings": Act.VIEW,
    "units": Act.VIEW,
    "deadline": Act.REVIEW,
    "grants": Act.REVIEW,
    "surveys": Act.VIEW,
    "survey": Act.VIEW,
    "survey_paper": Act.ANSWER,
    "survey_close": Act.ANSWER,
    "registers": Act.VIEW, "register": Act.VIEW, "register_rows": Act.VIEW, "register_template": Act.ANSWER, "register_upload": Act.ANSWER,
    "register_faults": Act.ANSWER, "attest": Act.ANSWER,
    "evaluations": Act.VIEW, "evaluate": Act.MANAGE, "evaluation": Act.VIEW, "writing": Act.ANSWER, "frame": Act.VIEW, "form": Act.VIEW, "forms": Act.VIEW, "preview": Act.VIEW, "form_pdf": Act.VIEW, "review_form": Act.VIEW, "review_grades": Act.REVIEW, "verify": Act.VERIFY,
    "scan": Act.MANAGE,
    "attachment": Act.VIEW,
    "outlets": Act.VIEW, "outlet": Act.VIEW, "outlet_packet": Act.VIEW, "alarms": Act.VIEW, "suspicions": Act.VIEW, "suspect": Act.ANSWER,
    "charts": Act.VIEW, "months": Act.ANSWER, "unit": Act.VIEW, "case": Act.VIEW, "move": Act.VIEW, "acts": Act.VIEW,
    "environment": Act.SYSTEM, "accounts": Act.SYSTEM, "account": Act.SYSTEM, "organisations": Act.SYSTEM,
    "organisation": Act.SYSTEM, "roles": Act.SECURITY, "person": Act.SECURITY, "log": Act.AUDIT, "trail_proof": Act.AUDIT, "trail_anchor": Act.AUDIT, "password": Act.OWN, "draft": Act.OWN,
}  # fmt: skip


def needs(
    route: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Hold a view to its line in `ROUTES`: 403 where none of the person's roles may do it at all.

    Whether the person may do it to this dossier is `people.scope.dossier_for`'s to say, which views call with the act.
    """
    act = ROUTES[route]

    def held(view: Callable[Concatenate[HttpRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if act is not Act.OWN and act not in user.acts():
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return held
