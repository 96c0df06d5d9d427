"""Beijing time, and the clock of a trial in which an hour passes in seconds.

Devices send local time without zone, so that receipt times are kept the same way: UTC+8, naive. A trial clock is a line
through (`origin`, `start`): gateway and simulated outlets read the same file and so have the same time.
"""

from __future__ import annotations

import datetime
import time
import tomllib
from pathlib import Path
from typing import NamedTuple

from hengji.evidence.whole import write_whole
from hengji.reception.errors import GatewayError

ZONE = datetime.timezone(datetime.timedelta(hours=8))
TRIAL = "trial.toml"
SHARED = 0o640
"""Who may read the files of a gateway: its owner and its group."""


class Clock(NamedTuple):
    """A clock that runs `speed` times as fast as ours since `origin` (seconds since 1970), when it showed `start`."""

    start: datetime.datetime | None = None
    origin: float = 0.0
    speed: float = 1.0

    @property
    def trial(self) -> bool:
        """Whether it is not the time of day."""
        return self.start is not None

    def now(self) -> datetime.datetime:
        """The time of day in Beijing, without zone; in a trial the time of the trial."""
        if self.start is None:
            return datetime.datetime.now(ZONE).replace(tzinfo=None)
        return self.start + datetime.timedelta(seconds=(time.time() - self.origin) * self.speed)

    def real(self, moment: datetime.datetime) -> float:
        """When it will show that, in seconds since 1970."""
        if self.start is None:
            return moment.replace(tzinfo=ZONE).timestamp()
        return self.origin + (moment - self.start).total_seconds() / self.speed


def clock_of(folder: Path) -> Clock:
    """The clock of a gateway's folder: that of the trial where `trial.toml` is there.

    Raises:
        GatewayError: the file says no clock.
    """
    path = folder / TRIAL
    try:
        said = tomllib.loads(path.read_text("utf-8"))
        return Clock(said["start"].replace(tzinfo=None), float(said["origin"]), float(said["speed"]))
    except FileNotFoundError:
        return Clock()
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise GatewayError(
            f"{path} 不是试验时钟（应有 start、origin、speed）：{error}。请重新运行 hengji simulate 或删除该文件。",
            f"{path} is no trial clock (start, origin, speed are due): {error}. Run hengji simulate again or remove it.",
        ) from None


def write_trial(folder: Path, clock: Clock) -> None:
    """Write the clock of a trial, whole or not at all."""
    text = (
        "# 模拟数据：试验时钟，网关与模拟排放口共用 / simulated: the clock of a trial\n"
        f"start = {clock.start:%Y-%m-%dT%H:%M:%S}\norigin = {clock.origin!r}\nspeed = {float(clock.speed)!r}\n"
    )
    write_whole(folder / TRIAL, text.encode(), SHARED)
