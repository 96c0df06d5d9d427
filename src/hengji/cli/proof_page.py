"""Recognised pages as one html file: the image of each page, a box around every text, what was read and how sure."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from html import escape
from typing import Any

_STYLE = (
    "body{font-family:sans-serif;margin:1em}figure{position:relative;margin:0 0 2em}img{width:100%;display:block}"
    "a{position:absolute;border:1px solid #2a7;box-sizing:border-box}a.doubtful{border:2px solid #c60;background:#fa04}"
    "a.unread{border:2px solid #c00;background:#f004}td,th{border:1px solid #999;padding:.2em .5em;text-align:left}"
    "table{border-collapse:collapse}"
)


def proof_page(file: str, scans: Iterable[Any]) -> bytes:
    """The page for a document of recognised pages (`scan_page.Scan`); it loads nothing and runs nothing."""
    out = [
        f"<!DOCTYPE html><html lang=zh-CN><meta charset=utf-8><title>{escape(file)} 识别核对</title><style>{_STYLE}</style>",
        f"<h1>{escape(file)}</h1><p>绿框：机器识别的文字；橙框：把握不大，请先核对；红框：有笔迹而没有识别出文字。指到框上看读成了什么。"
        "<br>Green: recognised; orange: doubtful; red: ink without text. Point at a box to see what was read.</p>",
    ]
    for scan in scans:
        out.append(
            f"<h2>第{scan.page.number}页</h2><figure><img alt='第{scan.page.number}页' src='data:image/jpeg;base64,"
        )
        out.append(base64.b64encode(scan.image).decode("ascii") + "'>")
        for spot in scan.spots:
            kind = "doubtful" if spot.doubtful else "read"
            out.append(_box(spot.box, scan, kind, f"{spot.text}（{spot.chance:.0%}）"))
        out += [_box(box, scan, "unread", "没有识别出文字") for box, _ in scan.unread]
        out.append("</figure>")
        doubtful = [spot for spot in scan.spots if spot.doubtful]
        if doubtful:
            out.append("<table><tr><th>读成</th><th>把握</th><th>可能是</th></tr>")
            for spot in doubtful:
                cells = (spot.text, f"{spot.chance:.0%}", "；".join(spot.candidates))
                out.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
            out.append("</table>")
    return "".join(out).encode("utf-8")


def _box(box: Any, scan: Any, kind: str, said: str) -> str:
    left, top = 100 * box.left / scan.width, 100 * box.top / scan.height
    width, height = 100 * (box.right - box.left) / scan.width, 100 * (box.bottom - box.top) / scan.height
    where = f"left:{left:.3f}%;top:{top:.3f}%;width:{width:.3f}%;height:{height:.3f}%"
    return f'<a class={kind} style="{where}" title="{escape(said, quote=True)}"></a>'
