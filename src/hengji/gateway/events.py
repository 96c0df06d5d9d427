"""One JSON line an event, on stderr and in `events/<day>.jsonl` of the gateway's folder.

A folder that cannot be written to does not stop the gateway: the line is on stderr all the same. Of one kind at most
`MOST` lines a minute are written; how many more there were is said with the next one.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from hengji.reception.clock import Clock

MOST = 60
SENTENCES = {
    "listening": ("已开始接收", "listening"),
    "stopped": ("已停止接收", "stopped"),
    "recovered": ("上次没有写完的数据已切除（未应答过，设备会重发）", "a torn batch was cut off (never answered)"),
    "damaged": (
        "收件箱已有损坏，另起新文件继续；请运行 hengji gateway verify",
        "the inbox is damaged; a new file was begun",
    ),
    "inbox_replaced": (
        "收件箱文件被移走或替换，已另起新文件",
        "a file of the inbox was gone or replaced; a new one was begun",
    ),
    "store_failed": (
        "写不进收件箱，暂停应答；请检查磁盘空间和文件夹",
        "the inbox cannot be written; nothing is answered",
    ),
    "store_works": ("收件箱恢复写入，继续应答", "the inbox can be written again"),
    "register": ("设备登记表已读入", "the register was read"),
    "register_fault": ("设备登记表有问题", "a fault in the register"),
    "settings_fault": (
        "设置或时钟文件有问题，沿用原来的",
        "a fault in a file of settings; the former ones stay in force",
    ),
    "refused": ("连接数已满，拒绝新的连接", "too many connections; a new one was refused"),
    "penalty": ("该地址因无效数据过多暂时拒绝", "this address is refused for a while"),
    "closed": ("已关闭连接", "a connection was closed"),
    "quarantined": ("已隔离，未应答", "quarantined, not answered"),
    "mn_shared": ("同一MN有两个连接，均保留", "two connections with one MN; both are kept"),
    "clock": ("设备时钟偏差超过5分钟", "the device's clock is off by more than 5 minutes"),
    "clock_back": ("网关所在机器的时钟倒退", "the clock of this machine went back"),
    "asked": ("已向设备发出请求", "a request was sent to a device"),
    "ask_done": ("对设备的请求已结束", "a request to a device has ended"),
    "ask_fault": ("请求文件有问题", "a fault in the file of a request"),
}


class Events:
    """Writes events of one gateway."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder = folder / "events"
        self.clock = clock
        self._minute = 0
        self._counts: dict[str, int] = {}
        self._silent: dict[str, int] = {}

    def say(self, event: str, **fields: object) -> None:
        """One line; `fields` are what a JSON line can hold."""
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._counts = minute, {}
        self._counts[event] = self._counts.get(event, 0) + 1
        if self._counts[event] > MOST:
            self._silent[event] = self._silent.get(event, 0) + 1
            return
        more = self._silent.pop(event, 0)
        at = self.clock.now()
        zh, en = SENTENCES[event]
        said = {"at": at.isoformat(timespec="milliseconds"), "event": event, "zh": zh, "en": en, **fields}
        if more:
            said["not_written"] = more
        if self.clock.trial:
            said["label"] = "模拟数据"
        line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace") + b"\n"
        try:
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()
        except OSError:
            pass  # whoever listened has gone; the file below still gets the line
        try:
            self._folder.mkdir(exist_ok=True)
            with (self._folder / f"{at:%Y-%m-%d}.jsonl").open("ab") as stream:
                stream.write(line)
        except OSError:
            pass  # full disk or removed folder, which the inbox reports
