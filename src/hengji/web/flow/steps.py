"""How a case moves: one table of desks and roles, one function for all moves.

Submit → head → supervising department → fiscal bureau → approved. A return needs a reason, may go to any earlier desk,
and from there the case goes straight back to the desk that returned it. Who submitted never approves.
"""

from __future__ import annotations

import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from hengji.dossier.locks import Part, State, close
from hengji.web.access import Role
from hengji.web.flow.models import Case, Desk, Step, Subject
from hengji.web.people.models import Kind, User
from hengji.web.people.scope import holders
from hengji.web.years.models import Dossier

DESKS: dict[Desk, Role] = {
    Desk.PREPARE: Role.FINANCE, Desk.HEAD: Role.HEAD, Desk.SUPERVISOR: Role.SUPERVISOR, Desk.FISCAL: Role.FISCAL,
}  # fmt: skip
"""Who works at which desk."""
ORDER = tuple(Desk)


class Move(StrEnum):
    """What can be done with a case."""

    FORWARD = "forward"
    RETURN = "return"
    URGE = "urge"


class StepError(Exception):
    """A move that cannot be made, said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh, self.en = zh, en


def case_of(dossier: Dossier, subject: Subject, deadline: datetime.date | None = None) -> Case:
    """The case of a subject; begun at the unit's desk where there is none."""
    found, _ = Case.objects.get_or_create(dossier=dossier, subject=subject, defaults={"deadline": deadline})
    return found


def at_desk_of(user: User) -> QuerySet[Case]:
    """The cases that lie on the person's desk (待办)."""
    mine = Q(pk__in=())
    for role, organisation in user.roles():
        desk = next((d for d, r in DESKS.items() if r is role), None)
        if desk is None:
            continue
        if organisation.kind == Kind.SECTION:
            reach = Q(dossier__organisation_id=organisation.parent_id)
        else:
            reach = Q(dossier__organisation__path__startswith=organisation.path)
        mine |= Q(desk=desk) & reach
    return Case.objects.filter(mine).select_related("dossier__organisation", "submitted_by")


def may_move(case: Case, user: User) -> bool:
    """Whether the case lies on the person's desk, and the person is not the one who submitted it."""
    if case.desk == Desk.DONE or not at_desk_of(user).filter(pk=case.pk).exists():
        return False
    return case.desk == Desk.PREPARE or case.submitted_by_id != user.pk


def may_take_back(case: Case, user: User) -> bool:
    """Whether the case is approved, and the person works at the desk that approved it: who may return it, with reason."""
    if case.desk != Desk.DONE or case.submitted_by_id == user.pk:
        return False
    role = DESKS[_approved_at(case)]
    return holders(case.dossier.organisation, role).filter(pk=user.pk).exists()


def _approved_at(case: Case) -> Desk:
    last = case.steps.filter(went_to=Desk.DONE).last()
    return Desk(last.came_from) if last else Desk.FISCAL


def earlier(case: Case) -> list[Desk]:
    """The desks that a case can be returned to."""
    return [d for d in ORDER[: ORDER.index(Desk(case.desk))] if d is Desk.PREPARE or _manned(case, d)]


def following(case: Case) -> Desk:
    """The desk that a case goes to next: back to who returned it, else the next one where somebody works."""
    if case.back_to:
        return Desk(case.back_to)
    later = ORDER[ORDER.index(Desk(case.desk)) + 1 :]
    return next(d for d in later if d is Desk.DONE or _manned(case, d))


def locked(dossier: Dossier, subject: Subject) -> bool:
    """Whether a subject may not be changed now, because it is under way or approved."""
    case = Case.objects.filter(dossier=dossier, subject=subject).first()
    return case is not None and case.desk != Desk.PREPARE


def move(
    case_id: int,
    user: User,
    what: Move,
    at: datetime.datetime,
    *,
    version: int,
    to: Desk | None = None,
    reason: str = "",
) -> Step:
    """Make one move; the case as it was seen (`version`) must be the case as it is.

    Raises:
        StepError: not on the person's desk, moved by somebody else meanwhile, a return without a reason or to no
            earlier desk, or an approval by who submitted.
        DossierError: the folder cannot be locked.
    """
    try:
        with transaction.atomic():
            step = _moved(case_id, user, what, at, version=version, to=to, reason=reason)
            # Closed before it is acknowledged, so that nothing can be changed behind the back of who reviews.
            settle(step.case, str(user), at)
    finally:
        # Opened after, and whatever went wrong: the folder says what the case says.
        settle(Case.objects.select_related("dossier").get(pk=case_id), str(user), at, also_open=True)
    return step


def settle(case: Case, by: str, at: datetime.datetime, *, also_open: bool = False) -> None:
    """Lock the folder as the case has it; open it only where that is asked for.

    Raises:
        DossierError: the folder cannot be locked.
    """
    state = {Desk.PREPARE: State.OPEN, Desk.DONE: State.APPROVED}.get(Desk(case.desk), State.SUBMITTED)
    if also_open or state is not State.OPEN:
        close(case.dossier.folder, Part(case.subject), state, by=by, at=at)


def settle_all() -> None:
    """Make the locks of all folders fit the cases again, where a kill came between.

    Raises:
        DossierError: a folder cannot be locked.
    """
    for case in Case.objects.select_related("dossier").prefetch_related("steps__by"):
        steps = list(case.steps.all())
        if steps and case.dossier.folder.is_dir():
            settle(case, str(steps[-1].by), timezone.localtime(steps[-1].at), also_open=True)


def _moved(
    case_id: int, user: User, what: Move, at: datetime.datetime, *, version: int, to: Desk | None, reason: str
) -> Step:
    case = Case.objects.select_for_update().get(pk=case_id)
    if case.version != version:
        last = case.steps.last()
        who = f"{last.by}于{last.at.astimezone(at.tzinfo):%m月%d日 %H:%M}" if last else "他人"
        raise StepError(
            f"这件事项已由{who}处理，您看到的不是最新状态，没有作任何改动。请刷新后再办理。",
            "Somebody moved this case meanwhile; nothing was changed. Reload and look again.",
        )
    if what is Move.URGE:
        return _urged(case, user, at)
    taken_back = what is Move.RETURN and may_take_back(case, user)
    if not taken_back and not may_move(case, user):
        own = case.submitted_by_id == user.pk and case.desk != Desk.PREPARE
        raise StepError(
            "送审人不能审核自己送审的事项，请由他人办理。" if own else "这件事项不在您的办理环节，没有作任何改动。",
            "Who submitted cannot approve." if own else "The case does not lie on your desk; nothing was changed.",
        )
    came_from = Desk(case.desk)
    if what is Move.RETURN:
        if not reason.strip():
            raise StepError("退回必须写明原因，没有退回。", "A return needs a reason; nothing was changed.")
        if to not in earlier(case):
            raise StepError("只能退回到之前的环节，没有退回。", "A case returns to an earlier desk only.")
        assert to is not None
        # What was approved goes back to who approved it.
        case.back_to = _approved_at(case) if came_from is Desk.DONE else came_from
        if case.back_to == to:
            case.back_to = ""
        case.desk = to
    else:
        case.desk, case.back_to = following(case), ""
        if came_from is Desk.PREPARE:
            case.submitted_by = user
    case.version += 1
    case.save()
    return Step.objects.create(
        case=case, at=at, by=user, act=what.value, came_from=came_from, went_to=case.desk, reason=reason.strip()
    )


def _urged(case: Case, user: User, at: datetime.datetime) -> Step:
    if case.submitted_by_id != user.pk or case.desk in (Desk.PREPARE, Desk.DONE):
        raise StepError("只有送审人能催办在途的事项。", "Only who submitted can urge a case under way.")
    case.urged_at = at
    case.version += 1
    case.save()
    return Step.objects.create(case=case, at=at, by=user, act=Move.URGE.value, came_from=case.desk, went_to=case.desk)


def _manned(case: Case, desk: Desk) -> bool:
    return holders(case.dossier.organisation, DESKS[desk]).exists()
