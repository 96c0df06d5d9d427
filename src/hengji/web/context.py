"""What the frame of every page needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from hengji.web.access import Act
from hengji.web.flow.steps import at_desk_of
from hengji.web.people.models import User


def frame(request: HttpRequest) -> dict[str, Any]:
    """The person's acts (for the menu) and how much lies on the desk."""
    user = request.user
    if not isinstance(user, User):
        return {}
    acts = user.acts()
    return {"can": {a.value: True for a in acts}, "on_desk": at_desk_of(user).count() if Act.VIEW in acts else 0}
