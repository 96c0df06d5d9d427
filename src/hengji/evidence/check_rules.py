"""What a check of the records accuses of, E01 to E08 (docs/decisions/0007, section G), as Ibis expressions.

A rule says what was seen and in which records; what it matters and what to do about it stands in `checks`. Void records
are passed over, except by E08: that an entry was late stays true when it is voided.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

import ibis
import ibis.expr.types as ir

from hengji.evidence.engine import Engine, Row
from hengji.evidence.measures import Figure, Params, Scope
from hengji.evidence.measures.base import DAY_SECONDS, day, epoch, fraction, records, seconds, settled, time_of, within
from hengji.evidence.measures.cells import spans, visit_frequency_compliance
from hengji.evidence.register import KEY, registers
from hengji.model.binding import Binding

ENTRY = (*KEY, "recorded_at", "recorded_by")
"""The fields in which two records of the same thing may differ: key, when and by whom it was entered."""
_RECORD = ("source_key", "record_id", "batch", "line")
_STOPS = {"register": "stop_notice", "unit": "outlet_no", "from": "from_at", "to": "to_at"}
_END_OF_TIME = datetime.date(9999, 12, 31)
_HOUR = 3600


class Asked(NamedTuple):
    """What is checked: where, against which bindings, from how many days after it happened an entry is late."""

    scope: Scope
    bindings: Sequence[Binding]
    late_days: int


class Seen(NamedTuple):
    """What a rule saw: in which register, the keys of the records (or of the cell), in words, the records themselves."""

    register: str
    keys: tuple[str, ...]
    zh: str
    en: str
    rows: tuple[Row, ...] = ()


def late_closings(asked: Asked) -> Iterator[Seen]:
    """E01: petitions whose day has passed by the end of the period and that are open or were closed after it.

    One that was closed before the period began is that year's affair, however late it was.
    """
    scope = asked.scope
    table = _live(scope, "petition")
    removed = table.outcome.isin(["转办", "撤回"]).fill_null(False)
    due, closed = ibis.coalesce(day(table.extended_to), day(table.due_on)), day(table.closed_on)
    late = closed.isnull() | ((closed > due) & (closed >= ibis.literal(scope.period.start)))
    found = table.mutate(due=due, closed=closed).filter(~removed & (due <= ibis.literal(scope.period.as_of)) & late)
    for row in scope.engine.run(found.select(*_RECORD, "due", "closed")):
        days = ((row["closed"] or scope.period.as_of) - row["due"]).days
        if row["closed"] is None:
            zh = f"应于{row['due']}办结，到{scope.period.as_of}仍未办结，已超过{days}天"
            en = f"due on {row['due']}, still open on {scope.period.as_of}, {days} days over"
        else:
            zh = f"应于{row['due']}办结，{row['closed']}才办结，迟{days}天"
            en = f"due on {row['due']}, closed on {row['closed']}, {days} days late"
        yield Seen("petition", (row["source_key"],), zh, en, (row,))


def missed_patrols(asked: Asked) -> Iterator[Seen]:
    """E02: units and days with fewer visits than a binding requires, as its measure counts them.

    So the days found are exactly those that lower the figure. A day wholly covered by a stop notice of the outlet is
    let off, whether the binding names stop notices or not.
    """
    told: set[tuple[str, str]] = set()
    for binding, params in frequencies(asked.bindings):
        register = params["visits"]["register"]
        if params["units"]["unit"] == _STOPS["unit"]:
            params = {"exempt": _STOPS, **params}
        if not asked.scope.engine.holds(register):
            continue
        found = visit_frequency_compliance(asked.scope, params)
        if isinstance(found, Figure):
            continue
        cells = found.table.filter((found.table.excluded == 0) & (found.table.num < found.table.den))
        for row in asked.scope.engine.run(cells.select("case", "num", "den")):
            if (register, row["case"]) in told:
                continue
            told.add((register, row["case"]))
            unit, on = row["case"].rsplit("|", 1)
            need, made = (f"{fraction(row[part])}" for part in ("den", "num"))
            source = f"“{binding.project}”第{binding.indicator}项"
            yield Seen(
                register, (unit, on), f"当日应{need}次，记录{made}次（频次依据{source}的挂接）",
                f"{need} visits required on the day, {made} recorded (by the binding of {binding.project} #{binding.indicator})",
            )  # fmt: skip


def frequencies(bindings: Sequence[Binding]) -> Iterator[tuple[Binding, Params]]:
    """The confirmed bindings that say how often a unit is visited a day, also inside of trends and conditions."""
    for binding in bindings:
        if binding.confirmed:
            for params in _frequencies(binding.measure, binding.params):
                yield binding, params


def _frequencies(measure: str | None, params: Params) -> Iterator[Params]:
    if measure == "visit_frequency_compliance":
        if params["cell"] == "day":
            yield params
        return
    for value in params.values():
        for node in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(node, Mapping):
                yield from _frequencies(node.get("measure"), node.get("with") or node)


def failed_comparisons(asked: Asked) -> Iterator[Seen]:
    """E03: comparison tests of the period with the result 不合格."""
    table = _live(asked.scope, "comparison_test", {"result": "不合格"})
    found = table.filter(within(table.tested_on, asked.scope.period))
    for row in asked.scope.engine.run(found.select(*_RECORD, "outlet_no", "item", "tested_on")):
        zh = f"排放口{row['outlet_no']}的{row['item']}于{row['tested_on']}比对监测不合格"
        en = f"the comparison test of {row['item']} at outlet {row['outlet_no']} on {row['tested_on']} failed"
        yield Seen("comparison_test", (row["source_key"],), zh, en, (row,))


def months_without_data(asked: Asked) -> Iterator[Seen]:
    """E04: outlets that must be online, and months wholly in their validity and in the period without any record.

    A month all of whose hours lie in stop notices is let off.
    """
    scope = asked.scope
    outlets = _live(scope, "outlet", {"online_required": True})
    outlets = outlets.select("outlet_no", begins=day(outlets.valid_from), ends=day(outlets.valid_to))
    days = [
        {"on": on, "month": on.replace(day=1), "length": calendar.monthrange(on.year, on.month)[1]}
        for on, _ in spans(scope.period, "day")
    ]
    grid = scope.engine.values(days, {"on": "date", "month": "date", "length": "int64"})
    valid = outlets.join(
        grid, [ibis._.begins.isnull() | (ibis._.begins <= grid.on), ibis._.ends.isnull() | (ibis._.ends >= grid.on)]
    )
    valid = settled(valid.select("outlet_no", "on", "month", "length").distinct())
    # An outlet may have several rows one after the other, as its level changes.
    whole = valid.group_by(["outlet_no", "month", "length"]).aggregate(days=valid.on.nunique())
    data = _live(scope, "online_data")
    sent = data.select("outlet_no", month=day(data.data_time).truncate("M").cast("date")).distinct()
    silent = whole.filter(whole.days == whole.length).anti_join(sent, ["outlet_no", "month"])
    hours = scope.engine.values([{"offset": h * _HOUR} for h in range(24)], {"offset": "int64"})
    due = settled(valid.semi_join(silent, ["outlet_no", "month"]).cross_join(hours))
    due = due.select("outlet_no", "month", hour=seconds(due.on) + due.offset)
    if scope.engine.holds("stop_notice"):
        stops = _live(scope, "stop_notice")
        stops = stops.filter(stops.from_at.notnull()).select(
            stopped="outlet_no", begin=seconds(stops.from_at), end=seconds(stops.to_at).fill_null(epoch(_END_OF_TIME))
        )
        due = due.anti_join(stops, [due.outlet_no == stops.stopped, stops.begin <= due.hour, due.hour < stops.end])
    for row in scope.engine.run(due.select("outlet_no", "month").distinct()):
        month = f"{row['month']:%Y-%m}"
        zh = "要求联网的排放口整月没有任何数据，也没有全月的停产停运备案"
        en = "an outlet that must be online has no record in the whole month and was not stopped throughout it"
        yield Seen("online_data", (row["outlet_no"], month), zh, en)


def duplicates(asked: Asked) -> Iterator[Seen]:
    """E05: records of one register that say the same in every field under different keys."""
    engine = asked.scope.engine
    for register in registers().values():
        table = _happened(asked.scope, register.name)
        if table is None:
            continue
        said = [f.name for f in register.fields if f.name not in ENTRY]
        groups = table.group_by(said).aggregate(alike=table.count(), first=table.record_id.min())
        groups = groups.filter(groups.alike > 1)
        # Most registers end here; to join them all for nothing takes longer than to ask some twice.
        if not engine.run(groups.select("first").limit(1)):
            continue
        groups = groups.rename({f"of_{name}": name for name in said})
        same = [table[name].identical_to(groups[f"of_{name}"]) for name in said]
        found = settled(table.join(groups, same)).select(*_RECORD, "first").order_by(["first", "source_key"])
        for _, group in groupby(engine.run(found), key=lambda row: row["first"]):
            rows = tuple(group)
            zh = f"{len(rows)}条记录除编号、录入时间和录入人外完全相同"
            en = f"{len(rows)} records are alike in all but key, entry time and who entered them"
            yield Seen(register.name, tuple(sorted(r["source_key"] for r in rows)), zh, en, rows)


def files_claimed_twice(asked: Asked) -> Iterator[Seen]:
    """E06: files, known by their SHA-256, that two or more projects deliver."""
    table = _happened(asked.scope, "deliverable")
    assert table is not None
    table = table.filter(table.sha256.notnull() & table.project.notnull()).mutate(file=table.sha256.lower())
    files = table.group_by("file").aggregate(projects=table.project.nunique())
    files = files.filter(files.projects > 1).select(of_file="file")
    found = table.semi_join(files, table.file == files.of_file).select(*_RECORD, "file", "project")
    for file, group in groupby(asked.scope.engine.run(found.order_by(["file", "source_key"])), key=lambda r: r["file"]):
        rows = tuple(group)
        projects = sorted({r["project"] for r in rows})
        zh = f"同一文件（SHA-256 {file[:12]}…）由{len(projects)}个项目申报为成果：{'、'.join(projects)}"
        en = f"one file (SHA-256 {file[:12]}…) is delivered in {len(projects)} projects: {', '.join(projects)}"
        yield Seen("deliverable", tuple(r["source_key"] for r in rows), zh, en, rows)


def joins_midyear(asked: Asked) -> Iterator[Seen]:
    """E07: units whose place on a key list begins in the period, after 1 January.

    A row that goes on where another of the same unit and list ended (a changed level) begins no place.
    """
    period = asked.scope.period
    table = _live(asked.scope, "key_unit_list")
    table = table.mutate(begins=day(table.valid_from), ends=day(table.valid_to))
    joined = table.filter(within(table.begins, period) & (table.begins > ibis.literal(period.start)))
    joined = settled(joined.select(*_RECORD, "enterprise", "list_type", "begins"))
    before = table.select(unit="enterprise", kind="list_type", since="begins", until="ends")
    goes_on = before.until.isnull() | (seconds(before.until) + DAY_SECONDS >= seconds(joined.begins))
    same = [joined.enterprise == before.unit, joined.list_type == before.kind, before.since < joined.begins, goes_on]
    for row in asked.scope.engine.run(joined.anti_join(before, same)):
        zh = f"单位{row['enterprise']}于{row['begins']}列入{row['list_type']}名录"
        en = f"unit {row['enterprise']} joins the list “{row['list_type']}” on {row['begins']}"
        yield Seen("key_unit_list", (row["source_key"],), zh, en, (row,))


def late_entries(asked: Asked) -> Iterator[Seen]:
    """E08: records that happened in the period and were first entered more than so many days after; void ones too."""
    engine, period = asked.scope.engine, asked.scope.period
    for register in registers().values():
        table = _newest(engine, register.name)
        time = time_of(register.name)
        if table is None or not time:
            continue
        if _versioned(engine, register.name):
            # A correction is entered later; what counts is when the record first came in.
            versions = engine.stored(register.name)
            assert versions is not None
            first = versions.group_by(of_record="record_id").aggregate(recorded_at=versions.recorded_at.min())
            table = table.drop("recorded_at")
            table = settled(table.join(first, table.record_id == first.of_record))
        known = within(table[time], period) & (day(table.recorded_at) <= ibis.literal(period.as_of))
        late = table.filter(known & (_entered(table, time) > seconds(table[time]) + asked.late_days * DAY_SECONDS))
        late = late.select(*_RECORD, happened=day(late[time]), entered=day(late.recorded_at))
        for row in engine.run(late):
            days = (row["entered"] - row["happened"]).days
            zh = f"{row['happened']}发生，{row['entered']}才录入，相隔{days}天，超过{asked.late_days}天"
            en = f"happened on {row['happened']}, entered on {row['entered']}, {days} days later (limit {asked.late_days})"
            yield Seen(register.name, (row["source_key"],), zh, en, (row,))


def _entered(table: ir.Table, time: str) -> ir.Value:
    """When a record was entered, in seconds; by the day where only the day is known on which it happened."""
    return seconds(table.recorded_at if table[time].type().is_timestamp() else day(table.recorded_at))


def _live(scope: Scope, register: str, wanted: Params | None = None) -> ir.Table:
    """Current records that pass a filter and are not void."""
    table = records(scope, register, wanted)
    return table.filter(~table.void)


def _happened(scope: Scope, register: str) -> ir.Table | None:
    """Newest versions, not void, of what happened by the end of the period or carries no date; None without any.

    What lies behind the period is not hidden here: two records that differ only in it would look alike.
    """
    table = _newest(scope.engine, register)
    if table is None:
        return None
    table = table.filter(table.void_reason.isnull())
    time = registers()[register].field(time_of(register))
    if time is None or time.future:
        return table
    at = day(table[time.name])
    return table.filter(at.isnull() | (at <= ibis.literal(scope.period.as_of)))


def _newest(engine: Engine, register: str) -> ir.Table | None:
    """The newest version of each record with all it says, void ones included; None where the register holds none."""
    # Without corrections the batches are that already; a view for each register would cost more than the rules.
    return engine.current(register, _END_OF_TIME) if _versioned(engine, register) else engine.stored(register)


def _versioned(engine: Engine, register: str) -> bool:
    return any(batch.counts.get("versions") for batch in engine.batches(register))


Rule = Callable[[Asked], Iterator[Seen]]
