"""Each measure on records as SQL by hand: the shortest way that gives the same numerator, denominator and cases.

A row of four columns begins with why its cases were left out (null: they count), as the measures tell it too.

Names of registers in braces stand for their Parquet files, {a} and {z} for the first and last day of the period. What a
record says of a day after the last one is not yet known then, so such dates are asked for here too where they count.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from measure_records import ITEMS

from hengji.evidence.measures.clocks import workdays
from hengji.evidence.standards import water

FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)


class Task(NamedTuple):
    """A measure with parameters, the registers whose rows it reads, and the SQL of its parts."""

    name: str
    measure: str
    params: dict[str, Any]
    reads: tuple[str, ...]
    sql: str


def _calendar() -> str:
    """The last day for 15 working days from each day of the year before, the year and the year after."""
    work = [d for d in workdays() if d.year >= FIRST.year - 1]
    rows, place = [], 0
    on = work[0]
    while on.year <= LAST.year and place + 15 < len(work):
        if work[place] == on:
            place += 1
        rows.append(f"(DATE '{on}', DATE '{work[place + 14]}')")
        on += datetime.timedelta(days=1)
    return ", ".join(rows)


def _limits() -> str:
    rows = []
    for item in ITEMS:
        law = water.limit(item, "Ⅲ", LAST)
        low, high = (str(v) if v is not None else "NULL" for v in (law.least, law.most))
        rows.append(f"('{item}', {low}::DECIMAL(20, 6), {high}::DECIMAL(20, 6))")
    return ", ".join(rows)


_WATER = {"online_required": True, "medium": "水"}
_HOURLY = """
WITH outlets AS (FROM {outlet} WHERE void_reason IS NULL AND online_required AND medium = '水' AND valid_from <= {z}),
stops AS (SELECT outlet_no, from_at, to_at FROM {stop_notice} WHERE void_reason IS NULL AND from_at < {z} + 1),
hours AS (SELECT unnest(generate_series({a}::TIMESTAMP, {z} + INTERVAL 23 HOUR, INTERVAL 1 HOUR)) AS data_time),
due AS (
    SELECT DISTINCT o.outlet_no, data_time FROM outlets o CROSS JOIN hours ANTI JOIN stops s
    ON s.outlet_no = o.outlet_no AND from_at <= data_time AND (data_time < to_at OR to_at IS NULL)
    WHERE data_time::DATE BETWEEN valid_from AND coalesce(valid_to, {z})
),
items AS (SELECT DISTINCT outlet_no, trim(unnest(split("items", ';'))) AS item FROM outlets),
asked AS (SELECT outlet_no, item, hours FROM items JOIN (SELECT outlet_no, count(*) AS hours FROM due GROUP BY ALL) USING (outlet_no)),
got AS (
    SELECT outlet_no, item, count(*) AS had FROM (
        SELECT DISTINCT outlet_no, item, data_time FROM {online_data} SEMI JOIN due USING (outlet_no, data_time)
        WHERE void_reason IS NULL AND received_at < {z} + 1 AND received_at <= data_time + INTERVAL 241 HOUR FLAGS
    ) GROUP BY ALL
)
SELECT sum(coalesce(had, 0)), sum(hours), count(*) FROM asked LEFT JOIN got USING (outlet_no, item)"""

_COVERED = """
WITH spans AS (
    SELECT system, planned, greatest(from_at, {a}::TIMESTAMP) AS b, least(coalesce(to_at, {z} + 1), {z} + 1) AS e
    FROM {it_uptime} WHERE void_reason IS NULL AND from_at < {z} + 1
),
reached AS (SELECT system, b, e, max(e) OVER (PARTITION BY system ORDER BY b ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS top FROM spans WHERE e > b),
length AS (SELECT system, sum(greatest(date_diff('minute', greatest(b, top), e), 0)) AS covered FROM reached GROUP BY ALL),
objects AS (SELECT count(DISTINCT system) AS n FROM spans)
"""

_PAID = (
    "SELECT sum(amount) FROM {payment} WHERE void_reason IS NULL AND project = '项目3' AND paid_on BETWEEN {a} AND {z}"
)
_PAYMENTS = (
    "SELECT count(*) FROM {payment} WHERE void_reason IS NULL AND project = '项目3' AND paid_on BETWEEN {a} AND {z}"
)

_VISITS = {
    "units": {"register": "outlet", "unit": "outlet_no", "level": "platform_level", "filter": {"online_required": True}},
    "visits": {"register": "system_patrol", "unit": "outlet_no", "date": "patrolled_at"},
    "required": {"国发": 3, "市": 2, "区": 1}, "cell": "day",
    "exempt": {"register": "stop_notice", "unit": "outlet_no", "from": "from_at", "to": "to_at"},
}  # fmt: skip

_AIR = """
WITH hourly AS (
    SELECT station, pollutant, hour::DATE AS day, hour(hour)::TINYINT AS h, max(value)::DOUBLE AS value FROM {air_quality}
    WHERE void_reason IS NULL AND hour >= {a} - 365 AND hour < {z} + 1 AND coalesce(flag <> '无效', true) AND value IS NOT NULL
    GROUP BY ALL
),
plain AS (SELECT station, pollutant, day, avg(value) AS value FROM hourly WHERE pollutant <> 'O3' GROUP BY ALL HAVING count(*) >= 20),
means AS (
    SELECT station, day, s, avg(value) AS mean FROM hourly, LATERAL (SELECT unnest(range(greatest(h - 7, 0), least(h, 16) + 1)) AS s)
    WHERE pollutant = 'O3' GROUP BY ALL HAVING count(*) >= 6
),
ozone AS (SELECT station, 'O3', day, max(mean) FROM means GROUP BY station, day HAVING count(*) >= 14 OR max(mean) > 160),
daily AS (SELECT year(day) AS year, pollutant, day, avg(value) AS value FROM (FROM plain UNION ALL FROM ozone) GROUP BY ALL),
levels AS (
    SELECT year, count(*) AS days, CASE pollutant WHEN 'CO' THEN quantile_cont(value, 0.95) / 4 WHEN 'O3' THEN quantile_cont(value, 0.9) / 160
    ELSE avg(value) / CASE pollutant WHEN 'PM2.5' THEN 35 WHEN 'PM10' THEN 70 WHEN 'SO2' THEN 60 ELSE 40 END END AS index
    FROM daily GROUP BY year, pollutant
),
years AS (SELECT year, sum(round(index, 2)::DECIMAL(9, 2)) AS total, sum(days) AS days FROM levels GROUP BY year)
SELECT max(total) FILTER (year = 2024) - max(total) FILTER (year = 2023), max(total) FILTER (year = 2023), sum(days) FROM years"""

TASKS = (
    Task("count_records", "count_records",
         {"register": "petition", "filter": {"project": "项目3", "channel": ["电话", "网络"]}, "date": "received_on"}, ("petition",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' END, count(*), NULL, count(*) FROM {petition} WHERE project = '项目3'
         AND channel IN ('电话', '网络') AND received_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("count_records, each once", "count_records",
         {"register": "vehicle_use_log", "date": "used_on", "dedupe": ["vehicle", "used_on"]}, ("vehicle_use_log",),
         """SELECT count(*), NULL, count(*) FROM (SELECT DISTINCT vehicle, used_on FROM {vehicle_use_log}
         WHERE void_reason IS NULL AND used_on BETWEEN {a} AND {z})"""),
    Task("count_distinct", "count_distinct", {"register": "permit_service", "date": "done_on", "object": "enterprise"},
         ("permit_service",),
         """SELECT count(DISTINCT enterprise), NULL, count(DISTINCT enterprise) FROM {permit_service}
         WHERE void_reason IS NULL AND done_on BETWEEN {a} AND {z}"""),
    Task("weighted_sum", "weighted_sum", {"date": "done_on"}, ("permit_service",),
         """SELECT CASE WHEN p.void_reason IS NOT NULL THEN 'void' WHEN weight IS NULL THEN 'no_weight' END, sum(weight), NULL, count(*)
         FROM {permit_service} p LEFT JOIN {workload_table} w ON p.contract_no = w.contract_no AND p.job_type = w.job_type
         AND w.void_reason IS NULL AND (valid_from IS NULL OR valid_from <= done_on) AND (valid_to IS NULL OR valid_to >= done_on)
         WHERE done_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("delivered_count", "delivered_count", {}, ("deliverable",),
         """WITH d AS (SELECT sha256 FROM {deliverable} WHERE void_reason IS NULL AND state = '通过' AND submitted_on BETWEEN {a} AND {z})
         SELECT count(DISTINCT sha256), NULL, count(DISTINCT sha256) FROM d"""),
    Task("composition_check", "composition_check",
         {"register": "deliverable", "date": "submitted_on",
          "parts": [{"name": k, "filter": {"kind": k}, "required": 10**9, "sum": "records"} for k in ("报告", "图集", "名录")]},
         ("deliverable",),
         """WITH parts AS (SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' END AS why, kind, sum(records) AS had, count(*) AS n FROM {deliverable}
         WHERE kind IN ('报告', '图集', '名录') AND submitted_on BETWEEN {a} AND {z} GROUP BY ALL)
         SELECT why, sum(had), 3000000000, if(why IS NULL, count(*), sum(n)) FROM parts GROUP BY why"""),
    Task("stock_level", "stock_level", {"register": "lease", "quantity": "quantity"}, ("lease",),
         """WITH spans AS (SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' END AS why, greatest(from_on, {a}) AS f, least(coalesce(to_on, {z}), {z}) AS t, quantity AS q
         FROM {lease} WHERE from_on <= {z} AND (to_on >= {a} OR to_on IS NULL)),
         changes AS (SELECT why, day, sum(q) AS q, sum(n) AS n FROM (SELECT why, f AS day, q, 1 AS n FROM spans
         UNION ALL SELECT why, t + 1, -q, 0 FROM spans) GROUP BY ALL),
         levels AS (SELECT *, sum(q) OVER (PARTITION BY why ORDER BY day) AS level FROM changes)
         SELECT why, sum(q * ({z} + 1 - day)), 366, sum(n) FROM levels GROUP BY why
         HAVING min(level) IS NOT NULL AND arg_max(level, day) IS NOT NULL"""),
    Task("completion_rate", "completion_rate",
         {"register": "petition", "due": "due_on", "done": "closed_on", "cancelled": {"outcome": ["撤回"]}}, ("petition",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' WHEN outcome = '撤回' THEN 'cancelled' END,
         count(*) FILTER (closed_on <= {z}), count(*), count(*) FROM {petition} WHERE due_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("pass_rate", "pass_rate",
         {"register": "petition", "date": "closed_on", "result": "outcome", "passing": ["办结"]}, ("petition",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' WHEN outcome IS NULL THEN 'no_result' END,
         count(*) FILTER (outcome = '办结'), count(*), count(*) FROM {petition} WHERE closed_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("pass_rate, first of each object", "pass_rate",
         {"register": "deliverable", "date": "submitted_on", "result": "state", "passing": ["通过"], "object": "set_no"},
         ("deliverable",),
         """SELECT count(*) FILTER (state = '通过'), count(*), count(*) FROM (
         SELECT set_no, arg_min(state, (submitted_on, record_id)) AS state FROM {deliverable} WHERE void_reason IS NULL
         AND submitted_on BETWEEN {a} AND {z} AND state IS NOT NULL GROUP BY set_no)"""),
    Task("closed_rate", "closed_rate", {}, ("petition",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' WHEN outcome IN ('转办', '撤回') THEN 'removed' END,
         count(*) FILTER (closed_on <= {z}), count(*), count(*) FROM {petition}
         WHERE coalesce(extended_to, due_on) BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("ratio_within_deadline", "ratio_within_deadline",
         {"register": "petition", "due": "due_on", "extension": "extended_to", "done": "closed_on"}, ("petition",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' END, count(*) FILTER (closed_on <= least(coalesce(extended_to, due_on), {z})), count(*), count(*)
         FROM {petition} WHERE coalesce(extended_to, due_on) BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("ratio_within_deadline, working days", "ratio_within_deadline",
         {"register": "petition", "start": "received_on", "done": "closed_on", "limit": {"n": 15, "unit": "workday"}},
         ("petition",),
         f"""SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' END, count(*) FILTER (closed_on <= last), count(*), count(*) FROM {{petition}}
         JOIN (VALUES {_calendar()}) c(received_on, last) USING (received_on)
         WHERE last BETWEEN {{a}} AND {{z}} AND received_on <= {{z}} GROUP BY 1"""),
    Task("response_rate", "response_rate",
         {"register": "petition", "date": "received_on", "responded": "replied_on", "limit": {"n": 5, "unit": "day"},
          "false_alarm": {"outcome": ["撤回"]}}, ("petition",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' WHEN outcome = '撤回' THEN 'false_alarm'
         WHEN (replied_on IS NULL OR replied_on > {z}) AND received_on + 5 > {z} THEN 'not_due' END,
         count(*) FILTER (replied_on <= least(received_on + 5, {z})), count(*), count(*) FROM {petition}
         WHERE received_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("visit_frequency_compliance", "visit_frequency_compliance", _VISITS, ("system_patrol",),
         """WITH days AS (SELECT unnest(generate_series({a}, {z}, INTERVAL 1 DAY))::DATE AS day),
         cells AS (SELECT outlet_no, day, max(CASE platform_level WHEN '国发' THEN 3 WHEN '市' THEN 2 ELSE 1 END) AS need
         FROM {outlet} o, days WHERE o.void_reason IS NULL AND online_required AND valid_from <= day
         AND (valid_to >= day OR valid_to IS NULL) AND NOT EXISTS (FROM {stop_notice} s WHERE s.void_reason IS NULL
         AND s.outlet_no = o.outlet_no AND from_at <= day AND to_at >= day + 1) GROUP BY ALL),
         made AS (SELECT outlet_no, patrolled_at::DATE AS day, count(*) AS n FROM {system_patrol}
         WHERE void_reason IS NULL AND patrolled_at >= {a} AND patrolled_at < {z} + 1 GROUP BY ALL)
         SELECT sum(least(coalesce(n, 0), need)), sum(need), count(*) FROM cells LEFT JOIN made USING (outlet_no, day)"""),
    Task("periodic_task_compliance", "periodic_task_compliance",
         {"units": _VISITS["units"], "tasks": _VISITS["visits"], "period": "month"}, ("system_patrol",),
         """WITH months AS (SELECT unnest(generate_series({a}, {z}, INTERVAL 1 MONTH))::DATE AS month),
         due AS (SELECT DISTINCT outlet_no, month FROM {outlet}, months WHERE void_reason IS NULL AND online_required
         AND valid_from <= month AND (valid_to >= month OR valid_to IS NULL)),
         made AS (SELECT DISTINCT outlet_no, date_trunc('month', patrolled_at)::DATE AS month FROM {system_patrol}
         WHERE void_reason IS NULL AND patrolled_at >= {a} AND patrolled_at < {z} + 1)
         SELECT count(made.outlet_no), count(*), count(*) FROM due LEFT JOIN made USING (outlet_no, month)"""),
    Task("transmission_rate", "transmission_rate", {"filter": _WATER}, ("online_data",), _HOURLY.replace("FLAGS", "")),
    Task("effective_transmission_rate", "effective_transmission_rate", {"filter": _WATER}, ("online_data",),
         _HOURLY.replace("FLAGS", "AND flag = 'N'")),
    Task("continuous_service, covered", "continuous_service", {"register": "it_uptime", "object": "system"}, ("it_uptime",),
         _COVERED + "SELECT sum(covered), (SELECT n FROM objects) * 366 * 1440, (SELECT n FROM objects) FROM length"),
    Task("continuous_service, not down", "continuous_service",
         {"register": "it_uptime", "object": "system", "mode": "outage"}, ("it_uptime",),
         _COVERED + "SELECT n * 366 * 1440 - (SELECT sum(covered) FROM length), n * 366 * 1440, n FROM objects"),
    Task("water_compliance_rate", "water_compliance_rate", {"register": "surface_water_quality", "items": list(ITEMS)},
         ("surface_water_quality",),
         f"""WITH limits(item, low, high) AS (VALUES {_limits()}),
         samplings AS (SELECT section, sampled_on, count(DISTINCT l.item) AS items, count(*) FILTER (value < low OR value > high) AS bad
         FROM {{surface_water_quality}} s LEFT JOIN limits l USING (item)
         WHERE void_reason IS NULL AND sampled_on BETWEEN {{a}} AND {{z}} GROUP BY ALL)
         SELECT count(*) FILTER (bad = 0), count(*), count(*) FROM samplings WHERE items = {len(ITEMS)}"""),
    Task("composite_index_change", "composite_index_change", {}, ("air_quality",), _AIR),
    Task("rank_change", "rank_change", {"district": "区7"}, ("city_ranking",),
         """SELECT max(rank) FILTER (period = '2024'), max(rank) FILTER (period = '2023'), 2 FROM {city_ranking}
         WHERE void_reason IS NULL AND district = '区7' AND published_on <= {z}"""),
    Task("budget_execution", "budget_execution", {"filter": {"project": "项目3"}}, ("payment", "budget"),
         f"""SELECT ({_PAID}), sum(amount), count(*) + ({_PAYMENTS}) FROM {{budget}}
         WHERE void_reason IS NULL AND project = '项目3' AND approved_on <= {{z}}"""),
    Task("cost_control", "cost_control", {"filter": {"project": "项目3"}}, ("payment", "contract"),
         f"""SELECT ({_PAID}), sum(amount), count(*) + ({_PAYMENTS}) FROM {{contract}}
         WHERE void_reason IS NULL AND project = '项目3' AND signed_on <= {{z}}"""),
    Task("satisfaction", "satisfaction", {"filter": {"title": "企业满意度"}, "threshold": 80}, ("survey_response",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' WHEN valid IS NOT true THEN 'invalid' WHEN score IS NULL THEN 'no_score' END,
         count(*) FILTER (score >= 80), count(*), count(*) FROM {survey_response} r WHERE answered_on BETWEEN {a} AND {z}
         AND survey_no IN (SELECT survey_no FROM {survey} WHERE void_reason IS NULL AND title = '企业满意度') GROUP BY 1"""),
    Task("zero_events", "zero_events", {"register": "emergency_event", "levels": ["较大", "重大"]}, ("emergency_event",),
         """WITH events AS (SELECT month(received_at) AS m, level, count(*) AS n FROM {emergency_event} WHERE void_reason IS NULL
         AND nil_return IS NOT true AND received_at >= {a} AND received_at < {z} + 1 GROUP BY ALL),
         nil AS (SELECT DISTINCT month FROM {emergency_event} WHERE void_reason IS NULL AND nil_return)
         SELECT sum(n) FILTER (level IN ('较大', '重大')), NULL, sum(n) FILTER (level IN ('较大', '重大')) FROM events
         HAVING (SELECT count(*) FROM (SELECT m FROM events UNION SELECT right(month, 2)::INTEGER FROM nil)) = 12"""),
    Task("disclosure_rate", "disclosure_rate", {}, ("disclosure",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' WHEN withheld THEN 'withheld' END,
         count(*) FILTER (published_on <= least(due_on, {z})), count(*), count(*) FROM {disclosure}
         WHERE due_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("asset_utilisation, used at all", "asset_utilisation", {}, ("vehicle_use_log",),
         """SELECT count(v), count(*), count(*) FROM {asset} LEFT JOIN (SELECT DISTINCT vehicle AS v FROM {vehicle_use_log}
         WHERE void_reason IS NULL AND used_on BETWEEN {a} AND {z}) ON v = source_key
         WHERE void_reason IS NULL AND accepted_on <= {z} AND state IS DISTINCT FROM '报废'"""),
    Task("asset_utilisation, days", "asset_utilisation", {"reading": "b"}, ("vehicle_use_log",),
         f"""WITH days(day) AS (VALUES {", ".join(f"(DATE '{d}')" for d in workdays() if FIRST <= d <= LAST)}),
         assets AS (FROM {{asset}} WHERE void_reason IS NULL AND accepted_on <= {{z}} AND state IS DISTINCT FROM '报废'),
         used AS (SELECT DISTINCT vehicle, used_on FROM {{vehicle_use_log}}
         WHERE void_reason IS NULL AND used_on BETWEEN {{a}} AND {{z}} AND used_on IN (FROM days))
         SELECT (SELECT count(*) FROM used JOIN assets ON vehicle = source_key AND used_on >= accepted_on), count(*),
         count(DISTINCT source_key) FROM assets, days WHERE day >= accepted_on"""),
    Task("update_rate", "update_rate", {}, ("data_sync",),
         """SELECT CASE WHEN void_reason IS NOT NULL THEN 'void' END, count(*) FILTER (updated_on <= least(due_on, {z}) OR (no_change AND checked_on <= least(due_on, {z}))),
         count(*), count(*) FROM {data_sync} WHERE due_on BETWEEN {a} AND {z} GROUP BY 1"""),
    Task("contract_obligations_met", "contract_obligations_met", {}, ("obligation",),
         """WITH o AS (SELECT coalesce(weight, 1) AS w, CASE WHEN quantity_required <> 0 THEN quantity_required ELSE 1 END AS required,
         CASE WHEN quantity_required <> 0 THEN coalesce(quantity_done, 0) ELSE coalesce(done_on <= {z} AND proof, false)::INTEGER END AS had
         FROM {obligation} WHERE void_reason IS NULL AND due_on BETWEEN {a} AND {z})
         SELECT sum(2 * w * least(had, required) * (27720 // required::BIGINT))::BIGINT || '/55440', sum(w), count(*) FROM o"""),
)  # fmt: skip
"""Every measure that is worked out of records. met_normalised_change is none: it reads no record in this version."""
