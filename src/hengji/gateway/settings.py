"""Limits and habits of a gateway: `gateway.toml` in its folder, every entry optional.

All are choices of this program, none is a figure of the standard but for time-out and retries, whose defaults are those
of HJ 212-2017 for mobile networks.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from hengji.reception.errors import GatewayError

FILE = "gateway.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Seconds, bytes and counts; what happens at each limit is said where it is used."""

    batch_seconds: float = 0.02
    """How long a batch waits for more packets before it is written."""
    batch_packets: int = 2000
    pending_bytes: int = 16 << 20
    """Received and not yet durable; above it nothing more is read from any connection."""
    segment_bytes: int = 64 << 20
    connections: int = 60_000
    """At most; fewer where the limit on open files does not allow them."""
    unknown_seconds: float = 60.0
    """A connection that has sent no packet of a known device by then is closed."""
    idle_seconds: float = 4500.0
    """A known connection without a byte for so long is closed; a device that sends hours only needs more than one."""
    silence_seconds: float = 10.0
    """A packet without end mark is taken as it is when nothing follows for so long."""
    packet_seconds: float = 30.0
    """A packet that has not ended by then is taken as it is and its connection closed."""
    garbage_bytes: int = 64 << 10
    """Bytes outside packets from one connection; more close it, and its address is refused for `penalty_seconds`."""
    penalty_seconds: float = 60.0
    device_rate: float = 20.0
    """Packets a second of one device; above it reading pauses, nothing is lost."""
    device_burst: float = 2000.0
    unknown_rate: float = 1.0
    """The same for one address of unknown senders."""
    unknown_burst: float = 100.0
    timeout_seconds: float = 10.0
    retries: int = 3
    execution_seconds: float = 60.0
    """From the answer to a request (9011) to its result (9012)."""
    ask_hours: float = 24.0
    """How long a request waits for its device to be connected."""
    set_time: bool = True
    """Whether a device that asks for it (1013) is sent the time."""


def settings_of(folder: Path) -> Settings:
    """The settings of a folder.

    Raises:
        GatewayError: the file cannot be read, or an entry is unknown or of the wrong kind.
    """
    path = folder / FILE
    try:
        said = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        raise GatewayError(
            f"{path} 读不出来：{error}。请更正。", f"{path} cannot be read: {error}. Correct it."
        ) from None
    kinds = {field.name: type(getattr(Settings(), field.name)) for field in fields(Settings)}
    for name, value in said.items():
        good = name in kinds and (type(value) is kinds[name] or (kinds[name] is float and type(value) is int))
        if not good or (kinds[name] is not bool and value < 0):
            raise GatewayError(
                f"{path} 中的“{name} = {value}”不是可用的设置。可用：{'、'.join(kinds)}，时间和数量不能为负。",
                f"{path}: “{name} = {value}” is no setting. There are: {', '.join(kinds)}; none may be negative.",
            )
    return Settings(**said)
