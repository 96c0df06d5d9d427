"""The tree of organisations, the accounts, and what each account is in which organisation."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models

from hengji.web.access import ADMINISTRATORS, MAY, ROLE_TITLES, Act, Role


class Kind(models.TextChoices):
    """What an organisation is."""

    FISCAL = "fiscal", "财政部门"
    SUPERVISING = "supervising", "主管部门"
    UNIT = "unit", "预算单位"
    SECTION = "section", "科室"
    OUTSIDE = "outside", "第三方机构"


PARENTS: dict[Kind, frozenset[str | None]] = {
    Kind.FISCAL: frozenset((None, Kind.FISCAL)), Kind.SUPERVISING: frozenset((Kind.FISCAL, Kind.SUPERVISING)),
    Kind.UNIT: frozenset((Kind.FISCAL, Kind.SUPERVISING)), Kind.SECTION: frozenset((Kind.UNIT,)),
    Kind.OUTSIDE: frozenset((None,)),
}  # fmt: skip
"""Below what each kind of organisation may stand; None for the top of the tree."""


class Organisation(models.Model):
    """A node of the tree. `path` is the ids from the root to it, `/1/7/`, so that a subtree is one comparison.

    `gateway` is the folder of the gateway that a unit's outlets send to, on the server; empty where there is none.
    """

    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=500, db_index=True, editable=False, default="")
    gateway = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return self.name


def founded(name: str, kind: Kind, parent: Organisation | None = None, code: str = "") -> Organisation:
    """A new organisation at its place in the tree."""
    made = Organisation.objects.create(name=name, kind=kind, parent=parent, code=code)
    made.path = f"{parent.path if parent else '/'}{made.pk}/"
    made.save(update_fields=["path"])
    return made


class User(AbstractUser):
    """A person. What the person may do follows from memberships alone; Django's own permissions are not used.

    `must_change` says that the password was given by somebody else and lets the person do nothing but choose another.
    """

    full_name = models.CharField(max_length=60, blank=True)
    demo = models.BooleanField(default=False)
    must_change = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.full_name or self.username

    def roles(self) -> list[tuple[Role, Organisation]]:
        """Each role with the organisation it is held in; asked of the database once a request."""
        if not hasattr(self, "_roles"):
            held = self.memberships.select_related("organisation")
            self._roles = [(Role(m.role), m.organisation) for m in held]
        return self._roles

    def acts(self) -> frozenset[Act]:
        """Everything that any of the person's roles may do."""
        return frozenset(act for role, _ in self.roles() for act in MAY[role])


class Membership(models.Model):
    """A role of a person in an organisation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(r.value, zh) for r, (zh, _) in ROLE_TITLES.items()])

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "organisation", "role"), name="one_membership"),)

    def __str__(self) -> str:
        return f"{self.user} {Role(self.role).zh} {self.organisation}"

    def clean(self) -> None:
        """Refuse to make one person two of the three administrators, or an administrator who also works in dossiers.

        Raises:
            ValidationError: with the roles that exclude each other.
        """
        held = {Role(r) for r in self.user.memberships.exclude(pk=self.pk).values_list("role", flat=True)}
        new = Role(self.role)
        if (new in ADMINISTRATORS and held - {new}) or (new not in ADMINISTRATORS and held & ADMINISTRATORS):
            others = "、".join(r.zh for r in sorted(held))
            raise ValidationError(
                f"{self.user}已是{others}，不能再任{new.zh}：三类管理员互斥，也不参与业务。 / {self.user} is "
                f"{', '.join(r.en for r in sorted(held))} and cannot be {new.en}: administrators exclude each other and all other work."
            )


class Attempts(models.Model):
    """Attempts of one kind by one name or address, whose keyed digest `key` is, until when they count."""

    key = models.CharField(max_length=64, unique=True)
    count = models.PositiveSmallIntegerField()
    until = models.DateTimeField(db_index=True)
