"""A gateway in a process of its own, a client on a plain socket, and packets for both."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hengji.hj212.packet import Packet
from hengji.hj212.reader import Reader
from hengji.hj212.write import Message, write
from hengji.reception.clock import Clock
from hengji.reception.devices import Device, write_register
from hengji.reception.inbox import Record, records, segments

HENGJI = [sys.executable, "-c", "from hengji.cli import main; main()"]
PATIENCE = 60.0
"""Seconds after which a test gives up waiting; no test measures time."""
KNOWN = Device("010000A8900016F000169DC0", "123456", "2017", outlet="DW001", factors=("w01018",), minute_minutes=10)
OTHER = Device("88888880000001", "654321", "2005", outlet="DW002", factors=("011",))


class Running:
    """A gateway that listens; `kill` is the hard way to end it."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes], port: int) -> None:
        self.folder, self.process, self.port = folder, process, port

    def connect(self) -> Client:
        return Client(socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE))

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def events(self, name: str = "") -> list[dict[str, Any]]:
        lines = (self.folder.parent / "stderr").read_text("utf-8").splitlines()
        said = [json.loads(line) for line in lines if line.startswith("{")]
        return [event for event in said if name in ("", event["event"])]

    def wait_for(self, name: str) -> dict[str, Any]:
        return until(lambda: self.events(name))[0]

    def records(self) -> list[Record]:
        return in_folder(self.folder)


class Client:
    """A device's end of a connection."""

    def __init__(self, plug: socket.socket) -> None:
        self.socket = plug
        self._reader = Reader()
        self._packets: list[Packet] = []

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self, seconds: float = PATIENCE) -> Packet | None:
        """The next packet from the gateway, None where the connection ends or nothing comes."""
        self.socket.settimeout(seconds)
        while not self._packets:
            try:
                data = self.socket.recv(1 << 16)
            except (TimeoutError, ConnectionError):
                return None
            if not data:
                return None
            self._packets += self._reader.feed(data)
        return self._packets.pop(0)

    def ended(self) -> bool:
        """Whether the gateway closes the connection, sooner or later."""
        self.socket.settimeout(PATIENCE)
        try:
            while self.socket.recv(1 << 16):
                pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def close(self) -> None:
        self.socket.close()


def until(found: Callable[[], Any]) -> Any:
    """What `found` gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError("what was waited for did not come")


def prepared(folder: Path, *devices: Device, settings: str = "") -> Path:
    """A gateway's folder with a register."""
    folder.mkdir(parents=True, exist_ok=True)
    write_register(folder, devices or (KNOWN, OTHER))
    (folder / "gateway.toml").write_text(settings, "utf-8")
    return folder


@contextlib.contextmanager
def serving(
    folder: Path, limit: Callable[[], None] | None = None, port: int = 0, words: tuple[str, ...] = ()
) -> Iterator[Running]:
    """A gateway on a folder, ended at the end."""
    errors = folder.parent / "stderr"
    before = errors.stat().st_size if errors.exists() else 0
    with errors.open("ab") as stream:
        process = subprocess.Popen(
            [*HENGJI, "gateway", str(folder), "--port", str(port), *words],
            stdout=subprocess.DEVNULL,
            stderr=stream,
            preexec_fn=limit,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    try:

        def listening() -> int | None:
            assert process.poll() is None, errors.read_text("utf-8")
            for line in errors.read_bytes()[before:].splitlines():
                if b'"listening"' in line:
                    return int(json.loads(line)["port"])
            return None

        yield Running(folder, process, until(listening))
    finally:
        process.kill()
        process.wait()


def in_folder(folder: Path) -> list[Record]:
    return [record for path in segments(folder / "inbox") for record in records(path)]


def upload(
    device: Device = KNOWN, at: datetime.datetime | None = None, cn: str = "2061", value: str = "30.5", **head: str
) -> bytes:
    """An upload that asks for an answer, of the hour before `at` (default now)."""
    at = at or Clock().now()
    begin = (at - datetime.timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    flag = "5" if device.edition == "2017" else "1"
    named = {"QN": f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}", "ST": device.st, "CN": cn, "PW": device.password}
    code = device.factors[0]
    groups = ((("DataTime", f"{begin:%Y%m%d%H%M%S}"),), ((f"{code}-Avg", value), (f"{code}-Flag", "N")))
    return write(Message({**named, "MN": device.mn, "Flag": flag, **head}, groups))


def asked(*words: str) -> dict[str, Any]:
    """What a command of `hengji` prints as JSON, when it ends well."""
    ran = subprocess.run([*HENGJI, *words], check=True, capture_output=True)
    said: dict[str, Any] = json.loads(ran.stdout)
    return said
