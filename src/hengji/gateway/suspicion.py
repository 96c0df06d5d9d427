"""`hengji suspicion` on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console


def show(console: Console, found: dict[str, Any]) -> None:
    """The list on a terminal."""
    label = f"  {found['label']}" if found["label"] else ""
    console.print(
        f"疑似异常 {len(found['suspicions'])} 条，{found['standing']['zh']} / {found['standing']['en']}{label}",
        markup=False,
    )
    if not found["thresholds"]["verified"]:
        console.print(f"阈值未核实：{found['thresholds']['document']}", markup=False)
    for one in found["suspicions"]:
        factor = f" {one['factor_name'] or ''}({one['factor']})" if one["factor"] else ""
        console.print(
            f"\n{one['code']} {one['outlet'] or one['mn']}{factor}  {one['begins']} — {one['ends']}",
            style="bold",
            markup=False,
        )
        console.print(f"  {one['zh']}\n  {one['en']}", markup=False)
        if one["rows"]:
            first, last = one["rows"][0], one["rows"][-1]
            digest = f"，首包SHA-256 {first['sha256'][:16]}…" if first["sha256"] else ""
            console.print(
                f"  数据包 {len(one['rows'])} 个：{first['file']} 第{first['packet']}至{last['packet']}号{digest}",
                markup=False,
                style="dim",
            )
    for lack in found["not_checked"]:
        console.print(
            f"未核查 {lack['code']}：{lack['number']} 个{lack['zh']} / not checked: {lack['en']}",
            markup=False,
            style="dim",
        )
