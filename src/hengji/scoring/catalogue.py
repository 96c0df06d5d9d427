"""Every code that monitoring, self-evaluation and frames report, for `hengji explain` and the manual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from hengji.model.finding import Severity
from hengji.scoring.frames_faults import FAULTS as OF_FRAMES
from hengji.scoring.monitoring_checks import CHECKS
from hengji.scoring.self_faults import FAULTS


class Code(Protocol):
    """What each catalogue tells of a code: its title, how it is treated, what it means in Chinese and English."""

    @property
    def code(self) -> str:
        """Such as S07."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def severity(self) -> Severity:
        """How it is treated where nothing else is said."""

    @property
    def zh(self) -> str:
        """What it means, in Chinese."""

    @property
    def en(self) -> str:
        """The same in English."""


_ALL: tuple[Code, ...] = (*CHECKS, *FAULTS.values(), *OF_FRAMES.values())
CODES: Mapping[str, Code] = {code.code: code for code in _ALL}
STAGES = {
    "M": ("绩效运行监控", "monitoring"),
    "S": ("单位自评", "self-evaluation"),
    "F": ("指标体系评价和汇总", "frames and roll-up"),
}
"""Where codes with a letter come up."""
