"""All outlets of a gateway's folder as they stand now: last seen, received and due today, rates, alarms, quarantine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from hengji.reception import clock, devices, status


class Outlets(NamedTuple):
    """The outlets in the order of the register, as `status.outlet_json` tells them, each with `rates` (or None).

    `at` is the moment it stands for, `rates_until` the last receipt that is in the rates (None: not rolled up today).
    """

    at: datetime
    simulated: bool
    rates_until: str | None
    listed: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    faults: tuple[devices.Fault, ...]

    def as_json(self) -> dict[str, Any]:
        """As `hengji outlets --json` tells it."""
        return {
            "format": "hengji.outlets/1", "at": self.at.isoformat(timespec="seconds"), "label": "模拟数据" if self.simulated else None,
            "rates_until": self.rates_until, "outlets": self.listed, "quarantine": self.quarantine,
            "register_faults": [f._asdict() for f in self.faults],
        }  # fmt: skip


def outlets_now(folder: Path) -> Outlets:
    """What was received up to now, by the clock of the folder.

    Raises:
        GatewayError: no register of devices, or the trial clock is none.
        OSError: a file cannot be read.
    """
    register = devices.read_register(folder)
    state = status.state_of(folder)
    time_now = clock.clock_of(folder)
    now = time_now.now()
    if time_now.trial and state.seen:  # a trial that is over has stopped its clock with its last packet
        now = min(now, datetime.fromisoformat(max(seen.last for seen in state.seen.values()) or now.isoformat()))
    state.turn(f"{now:%Y-%m-%d}")
    listed = [status.outlet_json(device, state, now) for device in register.devices.values()]
    until = _with_rates(folder, listed, now)
    quarantine = [
        dict(zip(("why", "mn", "address"), name.split("|"), strict=False)) | {"packets": count, "last": last}
        for name, (count, last) in state.quarantine.items()
    ]
    simulated = any(device.simulated for device in register.devices.values())
    return Outlets(now, simulated, until, listed, quarantine, register.faults)


def _with_rates(folder: Path, listed: list[dict[str, Any]], now: datetime) -> str | None:
    """Add today's rates and what they say to the outlets; the last receipt that is in them, None where there are none."""
    try:
        from hengji.reception.store.rates import of_today
    except ModuleNotFoundError:
        found = None  # DuckDB and Arrow are not installed: there can be no roll-ups
    else:
        found = of_today(folder, now)
    for one in listed:
        rate = found[1].get(one["mn"]) if found else None
        one["rates"] = rate.as_json() if rate else None
        if rate and rate.received < rate.due:
            n = rate.due - rate.received
            one["alarms"].append(
                {"code": "missing", "zh": f"今日缺{n}个因子小时", "en": f"{n} factor-hours missing today"}
            )
        if rate and rate.valid < rate.received:
            n = rate.received - rate.valid
            one["alarms"].append(
                {"code": "invalid", "zh": f"今日{n}个因子小时无效", "en": f"{n} factor-hours not valid today"}
            )
    return found[0] if found else None
