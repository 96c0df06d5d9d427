"""Every code that monitoring, self-evaluation and frames report, for `hengji explain` and the manual."""

from __future__ import annotations

from collections.abc import Mapping

from hengji.model.fault import Fault
from hengji.scoring.frames_faults import FAULTS as OF_FRAMES
from hengji.scoring.monitoring_checks import CHECKS
from hengji.scoring.self_faults import FAULTS

_ALL: tuple[Fault, ...] = (*CHECKS, *FAULTS.values(), *OF_FRAMES.values())
CODES: Mapping[str, Fault] = {code.code: code for code in _ALL}
STAGES = {
    "M": ("绩效运行监控", "monitoring"),
    "S": ("单位自评", "self-evaluation"),
    "F": ("指标体系评价和汇总", "frames and roll-up"),
}
"""Where codes with a letter come up."""
