"""A corrective action (改进措施, 整改): what will be done about a deviation, by whom, by when, and how it stands."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum


class ActionStatus(StrEnum):
    """How a corrective action stands."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return {"open": "未办结", "done": "已办结", "dropped": "不再办理"}[self.value]


@dataclass(frozen=True, slots=True)
class CorrectiveAction:
    """One action. `id` is the number of its entry in the change log, `indicator` None where it is about the project.

    `note` is what the last follow-up said, of the day `on`; `carried_from` names the entry of an earlier year
    (`2024#12`) that was taken over because it was still open.
    """

    id: int
    project: str
    indicator: int | None
    action: str
    owner: str
    due: datetime.date
    status: ActionStatus = ActionStatus.OPEN
    note: str | None = None
    on: datetime.date | None = None
    carried_from: str | None = None

    def overdue(self, as_of: datetime.date) -> bool:
        """Whether it should have been done by a day and was not."""
        return self.status is ActionStatus.OPEN and self.due < as_of

    @property
    def zh(self) -> str:
        """The action as a form prints it."""
        return f"{self.action}（{self.owner}，{self.due:%Y-%m-%d}前）"
