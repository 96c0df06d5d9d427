"""Which dossiers a person sees, and for what: rows outside never leave the database."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from hengji.web.access import MAY, Act, Role
from hengji.web.people.models import Kind, Organisation, User
from hengji.web.years.models import Dossier


def dossiers_of(user: User, act: Act = Act.VIEW) -> QuerySet[Dossier]:
    """The dossiers that the person may do this to.

    A role reaches its organisation and all below it; a section reaches its unit's dossier; a third party or auditor
    from outside only what was granted.
    """
    reach = Q(pk__in=())
    for role, organisation in user.roles():
        if act not in MAY[role]:
            continue
        if organisation.kind == Kind.OUTSIDE:
            mine = Q(grants__organisation=organisation)
        elif organisation.kind == Kind.SECTION:
            mine = Q(organisation_id=organisation.parent_id)
        else:
            mine = Q(organisation__path__startswith=organisation.path)
        reach |= mine if Act.MANAGE in MAY[role] else mine & Q(confirmed_at__isnull=False)
    return Dossier.objects.filter(reach).select_related("organisation").distinct()


def dossier_for(user: User, pk: int, act: Act) -> Dossier:
    """One dossier, for an act.

    Raises:
        Http404: there is none, or the person may not do this to it; the two look alike, so that numbers tell nothing.
    """
    found = dossiers_of(user, act).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def acts_on(user: User, dossier: Dossier) -> frozenset[Act]:
    """What the person may do to a dossier that the person sees."""
    found: set[Act] = set()
    for role, organisation in user.roles():
        reaches = (
            dossier.organisation.path.startswith(organisation.path)
            or (organisation.kind == Kind.SECTION and organisation.parent_id == dossier.organisation_id)
            or (organisation.kind == Kind.OUTSIDE and dossier.grants.filter(organisation=organisation).exists())
        )
        if reaches:
            found |= MAY[role]
    return frozenset(found)


def units_of(user: User, act: Act) -> QuerySet[Organisation]:
    """The budget units that the person may do this for."""
    reach = Q(pk__in=())
    for role, organisation in user.roles():
        if act in MAY[role] and organisation.kind != Kind.OUTSIDE:
            reach |= (
                Q(pk=organisation.parent_id)
                if organisation.kind == Kind.SECTION
                else Q(path__startswith=organisation.path)
            )
    return Organisation.objects.filter(reach, kind=Kind.UNIT)


def holders(organisation: Organisation, role: Role) -> QuerySet[User]:
    """Who holds a role that reaches an organisation: in it, above it, or in one of its sections; not closed accounts."""
    above = [int(p) for p in organisation.path.split("/") if p]
    return User.objects.filter(
        Q(memberships__organisation_id__in=above) | Q(memberships__organisation__parent=organisation),
        memberships__role=role.value,
        is_active=True,
    ).distinct()
