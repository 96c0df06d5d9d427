"""Outlets of a unit as its gateway's folder shows them: the list, one outlet, a raw packet.

The folder is a setting of the unit (page of the organisation, system administrator). It is read, never written.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hengji.dossier import DossierError
from hengji.hj212.factors import factor as known_factor
from hengji.hj212.reader import decode
from hengji.reception import curves
from hengji.reception.devices import Device, read_register
from hengji.reception.errors import GatewayError
from hengji.reception.outlets import Outlets, outlets_now
from hengji.reception.store.rates import shown
from hengji.reception.store.records import packet as packet_at
from hengji.reception.store.rolled import state_of
from hengji.web.access import Act, needs
from hengji.web.frontend import CHARTS, installed
from hengji.web.outlets.suspicions import listed, split
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.charts import Chart, Series
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me

DAYS = 31
"""How many days a curve may show."""
FLAGS = {
    "N": ("正常", "normal"), "F": ("停运", "stopped"), "M": ("维护", "maintenance"), "S": ("手工", "by hand"),
    "D": ("故障", "fault"), "C": ("校准", "calibration"), "T": ("超上限", "above range"), "B": ("通讯异常", "no communication"),
}  # fmt: skip
_SILENT = frozenset(("never_seen", "silent"))


@require_safe
@needs("outlets")
def outlets(request: HttpRequest, pk: int) -> HttpResponse:
    """All outlets with last receipt, today's rates and state; asked again every 30 s while the page is open."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    folder = folder_for(dossier)
    found = _read(outlets_now, folder) if folder else None
    given = {**base(request, dossier), "found": found, "lines": _lines(found) if found else [], "live": True}
    part = request.htmx  # type: ignore[attr-defined]
    return render(request, "outlets_part.html" if part else "outlets.html", given)


@require_safe
@needs("outlet")
def outlet(request: HttpRequest, pk: int, mn: str) -> HttpResponse:
    """One outlet: the curve of a factor over chosen days, the calendar of its rates, its suspicions."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    folder, device = _device(dossier, mn)
    state = _read(state_of, folder)
    newest = datetime.date.fromisoformat(max(state.days)) if state.days else datetime.date(dossier.year, 12, 31)
    last = _day(request.GET.get("to"), newest)
    first = _day(request.GET.get("from"), last - datetime.timedelta(days=6))
    cut = (last - first).days >= DAYS or first > last
    if cut:
        first = last - datetime.timedelta(days=DAYS - 1)
    item = request.GET.get("factor", "")
    if item not in device.factors:
        item = device.factors[0] if device.factors else ""
    hours = _read(curves.hours, folder, mn, item, first, last)
    days = _read(curves.days, folder, mn, last.year)
    limit = _read(curves.limit, folder, mn, item)
    curve = _curve(device, item, hours, limit) if any(h.value is not None for h in hours) else None
    drawn: list[dict[str, Any]] = [curve.drawn] if curve else []
    if days:
        cells = [[str(d.day), f"{float(d.rate.effective * 100):.2f}"] for d in days if d.rate.effective is not None]
        drawn.append({"key": "calendar", "calendar": str(last.year), "cells": cells, "unit": "%"})
    suspected = listed(dossier)
    given = {
        **base(request, dossier), "device": device, "item": item, "first": first, "last": last, "cut": cut, "limit": limit,
        "days_most": DAYS, "factors": [(code, named(code)) for code in device.factors], "curve": curve, "drawn": drawn,
        "hours": [(h, _flag(h.flag), split(h.place)) for h in hours],
        "days": [(d.day, d.rate, *map(shown, (d.rate.transmission, d.rate.validity, d.rate.effective))) for d in days],
        "until": state.until, "installed": installed(CHARTS),
        "suspected": [s for s in suspected["suspicions"] if s["mn"] == mn] if suspected else None,
    }  # fmt: skip
    return render(request, "outlet.html", given)


@require_safe
@needs("outlet_packet")
def packet(request: HttpRequest, pk: int, day: str, segment: str, place: int) -> HttpResponse:
    """A packet as it came: text, receipt, digest and whether the bytes still have it, and what the codec objects to."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    folder = folder_for(dossier)
    if folder is None:
        raise Http404
    try:
        found = packet_at(folder, f"{day}/{segment}#{place}")
    except (GatewayError, OSError):
        raise Http404 from None
    read = decode(found.entry.raw)
    text = found.entry.raw.decode("utf-8", "backslashreplace").rstrip("\r\n")
    given = {
        **base(request, dossier), "record": found, "entry": found.entry, "text": hidden(text), "packets": read,
        "place": f"{day}/{segment}#{place}", "mn": found.entry.mn,
    }  # fmt: skip
    return render(request, "outlet_packet.html", given)


def folder_for(dossier: Dossier) -> Path | None:
    """The folder of the gateway that the unit's outlets send to; None where none was set."""
    said = dossier.organisation.gateway
    return Path(said) if said else None


def named(code: str) -> str:
    """A factor's name with its code."""
    known = known_factor(code)
    return f"{known.name_zh} {code}" if known else code


def hidden(text: str) -> str:
    """The text of a packet with the device's password covered: who may look at data need not be able to send some."""
    return re.sub(r"PW=[^;]*", "PW=******", text, count=1)


def _device(dossier: Dossier, mn: str) -> tuple[Path, Device]:
    folder = folder_for(dossier)
    device = _read(read_register, folder).devices.get(mn) if folder else None
    if folder is None or device is None:
        raise Http404
    return folder, device


def _read(what: Any, *given: Any) -> Any:
    """What a reader of the folder returns; its trouble as the trouble that every page can show."""
    try:
        return what(*given)
    except GatewayError as error:
        raise DossierError(error.zh, error.en) from None
    except OSError as error:
        raise DossierError(
            f"网关的文件夹读不出来：{error.strerror or error}。若正在汇总，请稍后再看；否则请系统管理员核对本单位的网关文件夹。",
            f"The gateway's folder cannot be read: {error.strerror or error}. Try again if it is being rolled up; else the "
            "system administrator should look at the folder that is set for this unit.",
        ) from None


def _lines(found: Outlets) -> list[dict[str, Any]]:
    """Outlets with their state as shape and word: ■ nothing comes, ▲ something is alarming, ● in order."""
    lines = []
    for one in found.listed:
        codes = {alarm["code"] for alarm in one["alarms"]}
        state = "red" if codes & _SILENT else "yellow" if codes else "green"
        words = {
            "red": ("■ 无数据", "■ no data"),
            "yellow": ("▲ 有异常", "▲ alarming"),
            "green": ("● 正常", "● in order"),
        }[state]
        lines.append({**one, "state": state, "word": words[0 if chinese() else 1]})
    return sorted(lines, key=lambda line: ("red", "yellow", "green").index(line["state"]))


def _curve(device: Device, item: str, hours: list[curves.Hour], limit: str | None) -> Chart:
    known = known_factor(item)
    unit = device.units.get(item) or (known.conc_unit if known else "") or ""
    series = [
        Series(_("有效小时值", "valid hours"), "line", tuple(h.value if h.flag == "N" else None for h in hours), colour="#2f6fa8"),
        Series(_("带标记的小时值", "flagged hours"), "scatter", tuple(h.value if h.flag != "N" else None for h in hours), colour="#a61b1b"),
    ]  # fmt: skip
    if limit:
        series.append(Series(_("限值", "limit"), "line", (limit,) * len(hours), colour="#8a5300"))
    return Chart("curve", named(item), unit, tuple(f"{h.begin:%m-%d %H时}" for h in hours), tuple(series))


def _flag(flag: str | None) -> str:
    if not flag:
        return "—"
    zh, en = FLAGS.get(flag, ("未知标记", "unknown"))
    return f"{flag} {_(zh, en)}"


def _day(text: str | None, otherwise: datetime.date) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text or "")
    except ValueError:
        return otherwise


def _(zh: str, en: str) -> str:
    return zh if chinese() else en
