"""An exchange package (JSON) → table. A package is made by a program, so what does not fit is refused, never guessed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NoReturn

from hengji.model.finding import Finding, Place, Severity
from hengji.model.table import Funds, Indicator, PrintedFunds, Project, Source, TableKind, TargetTable
from hengji.reading.exchange import FORMAT, QUALITATIVE, TOTAL, Table, exchange_tables, signs
from hengji.reading.faults import NO_TABLE, NOT_UNDERSTOOD, TOO_LARGE, UNOPENABLE
from hengji.reading.grid import Refused
from hengji.reading.limits import MAX_NAME, MAX_PACKAGE, MAX_ROWS

MEDIA_TYPE = "application/json"
_NEEDED = ("HJ_TABLE", "HJ_PROJECT", "HJ_INDICATOR", "PM_PERF_INDICATOR")
_SNIFFED = 4096
_AMOUNT = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,12})?")
_LONGEST = 40  # digits of a number
_WHOLE = re.compile(r"[0-9]{1,9}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_FUNDS = ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over", "max_points")
_BUDGET = {
    "original_budget": "reply_amt", "final_budget": "cur_amt", "outturn": "year_exe_amt", "execution_rate": "exe_amt_rate",
    "points": "exe_score",
}  # fmt: skip

Row = Mapping[str, Any]


def looks_exchange(data: bytes, file: str) -> bool:
    """Whether some bytes are meant as JSON: an object that begins with a format of ours, or a file of that name."""
    start = data[:_SNIFFED].removeprefix(b"\xef\xbb\xbf").lstrip()
    return start.startswith(b"{") and (file.lower().endswith(".json") or FORMAT.encode() in start)


def open_exchange(data: bytes, source: Source) -> TargetTable:
    """The table in a package.

    Raises:
        Refused: it is no package, or one at odds with itself (R10), over a limit (R11), or without an indicator (R09).
    """
    if len(data) > MAX_PACKAGE:
        raise Refused(
            TOO_LARGE.at(
                Place(), f"交换包有 {len(data):,} 字节，上限 {MAX_PACKAGE:,} 字节，没有读取。请按单位或年度拆分。",
                f"The package has {len(data):,} bytes, over {MAX_PACKAGE:,}; not read. Split it by unit or year.",
            )
        )  # fmt: skip
    return _Package(_tables(_json(data))).table(replace(source, media_type=MEDIA_TYPE, encoding="utf-8"))


def _json(data: bytes) -> Any:
    try:
        return json.loads(
            data.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_number, object_pairs_hook=_unique
        )
    except UnicodeDecodeError as error:
        _refuse(f"文字不是 UTF-8 编码（第{error.start + 1}字节）", f"it is not UTF-8 (byte {error.start + 1})")
    except RecursionError:
        _refuse("JSON 嵌套过深", "its JSON is nested too deeply")
    except ValueError as error:
        at = f"第{error.lineno}行第{error.colno}列" if isinstance(error, json.JSONDecodeError) else "数字过长"
        _refuse(f"不是完整的 JSON：{at}", f"it is no whole JSON: {error}")


def _no_number(text: str) -> NoReturn:
    _refuse(f"{text} 不是数", f"{text} is no number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        name = Counter(key for key, _ in pairs).most_common(1)[0][0]
        _refuse(f"同一处有两个“{name[:60]}”", f"{name[:60]!r} stands twice in one place")
    return made


def _tables(content: Any) -> dict[str, list[Row]]:
    """The rows of each table, checked: known tables and fields only, all fields there, values that are no structures."""
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        _refuse(f'不是衡绩的交换包：缺少 "format": "{FORMAT}"', f'it is no exchange package: no "format": "{FORMAT}"')
    tables, known = content.get("tables"), exchange_tables()
    if not isinstance(tables, dict):
        _refuse("缺少 tables", "it has no tables")
    if unknown := [name for name in tables if name not in known]:
        _refuse(f"有不认识的表“{unknown[0][:60]}”", f"it has an unknown table {unknown[0][:60]!r}")
    if missing := [name for name in _NEEDED if name not in tables]:
        _refuse(f"缺少表 {'、'.join(missing)}", f"it lacks the tables {', '.join(missing)}")
    for name, rows in tables.items():
        if not isinstance(rows, list):
            _refuse(f"表 {name} 应是数组", f"table {name} should be an array")
        if len(rows) > MAX_ROWS:
            _refuse(f"表 {name} 超过 {MAX_ROWS:,} 行", f"table {name} has more than {MAX_ROWS:,} rows")
        for n, row in enumerate(rows, 1):
            _check_row(known[name], n, row)
    return tables


def _check_row(table: Table, n: int, row: Any) -> None:
    where, where_en = f"表 {table.name} 第{n}行", f"table {table.name} row {n}"
    if not isinstance(row, dict):
        _refuse(f"{where}应是对象", f"{where_en} should be an object")
    if row.keys() != set(table.names):
        missing = [name for name in table.names if name not in row]
        if missing:
            _refuse(
                f"{where}缺少字段 {'、'.join(missing[:5])}", f"{where_en} lacks the fields {', '.join(missing[:5])}"
            )
        extra = next(name for name in row if name not in table.names)
        _refuse(f"{where}有不认识的字段“{extra[:60]}”", f"{where_en} has an unknown field {extra[:60]!r}")
    for name, value in row.items():
        if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
            continue
        if not isinstance(value, str):
            _refuse(f"{where}的 {name} 应是文字或数", f"{where_en}: {name} should be a text or a number")
        if len(value) > MAX_NAME:
            _refuse(f"{where}的 {name} 超过 {MAX_NAME:,} 字", f"{where_en}: {name} is over {MAX_NAME:,} characters")
        if _SURROGATE.search(value):
            _refuse(f"{where}的 {name} 有不成字的半个代码", f"{where_en}: {name} holds half a surrogate pair")


def _refuse(zh: str, en: str) -> NoReturn:
    raise Refused(
        UNOPENABLE.at(
            Place(),
            f"交换包读不了：{zh}，没有读取。请让对方重新导出。",
            f"The package cannot be read: {en}. Export it again.",
        )
    )


class _Package:
    """Checked tables, and what was seen while they became a table of targets."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self._tables = tables
        self._findings: list[Finding] = []
        self._projects = self._by_id("HJ_PROJECT", "hj_project_id")
        self._indicators = self._by_id("PM_PERF_INDICATOR", "kpi_id")
        self._own = self._by_id("HJ_INDICATOR", "kpi_id")
        self._scored = self._by_id("PM_SELF_EVAL_INDICATOR", "kpi_id")
        self._totals = self._by_id("PM_PERF_SELF_EVAL", "hj_project_id")
        self._goals = self._by_id("PM_SELF_EVAL_GOAL", "hj_project_id")
        self._linked()
        self._money, self._lines = self._under("PM_PERF_SELF_BGT"), self._under("HJ_FUNDS")

    def table(self, source: Source) -> TargetTable:
        """The table of targets or the self-evaluation."""
        if len(self._rows("HJ_TABLE")) != 1:
            _refuse("表 HJ_TABLE 应有一行", "table HJ_TABLE should have one row")
        whole = self._rows("HJ_TABLE")[0]
        kind = self._kind(whole, "HJ_TABLE", 1)
        if kind is None:
            _refuse("表 HJ_TABLE 没有写 kind", "table HJ_TABLE names no kind")
        under: dict[str, list[Row]] = {key: [] for key in self._projects}
        for row in self._indicators.values():
            under[row["hj_project_id"]].append(row)
        projects = tuple(self._project(n, row, under[key]) for n, (key, row) in enumerate(self._projects.items(), 1))
        if not any(p.indicators for p in projects):
            raise Refused(
                NO_TABLE.at(
                    Place(), "交换包里没有一项指标，没有读取。请检查导出。", "The package holds no indicator; not read."
                )
            )
        year = _whole(whole["fiscal_year"], "HJ_TABLE", 1, "fiscal_year")
        totals = Funds(*(_amount(whole[name], "HJ_TABLE", 1, name) for name in _FUNDS[:4]))
        self._not_read(whole)
        return TargetTable(
            source, kind=kind, title=_text(whole["title"]), department=_text(whole["department"]), fiscal_year=year,
            money_unit=_text(whole["money_unit"]), printed_totals=totals, projects=projects, findings=tuple(self._findings),
        )  # fmt: skip

    def _rows(self, name: str) -> list[Row]:
        return self._tables.get(name, [])

    def _by_id(self, name: str, key: str) -> dict[str, Row]:
        """The rows of a table by their id."""
        found: dict[str, Row] = {}
        for n, row in enumerate(self._rows(name), 1):
            own = row[key]
            if not isinstance(own, str) or not own:
                _refuse(f"表 {name} 第{n}行的 {key} 应是文字", f"table {name} row {n}: {key} should be a text")
            if own in found:
                _refuse(
                    f"表 {name} 第{n}行的 {key} “{own[:60]}”重复",
                    f"table {name} row {n}: {key} {own[:60]!r} came before",
                )
            found[own] = row
        return found

    def _under(self, name: str) -> dict[str, list[tuple[int, Row]]]:
        """The rows of a table under their project, each with its place."""
        found: dict[str, list[tuple[int, Row]]] = {}
        for n, row in enumerate(self._rows(name), 1):
            found.setdefault(row["hj_project_id"], []).append((n, row))
        return found

    def _linked(self) -> None:
        """Refuse a row that names a project or an indicator that is not there, and an indicator without its own row."""
        for name, table in exchange_tables().items():
            for n, row in enumerate(self._rows(name), 1):
                for key, there in (("hj_project_id", self._projects), ("kpi_id", self._indicators)):
                    if key in table.names and row[key] not in there:
                        _refuse(f"表 {name} 第{n}行的 {key} “{str(row[key])[:60]}”没有对应的行",
                                f"table {name} row {n}: no row has the {key} {str(row[key])[:60]!r}")  # fmt: skip
                if "kpi_id" in table.names and row["hj_project_id"] != self._indicators[row["kpi_id"]]["hj_project_id"]:
                    _refuse(
                        f"表 {name} 第{n}行的指标属于另一个项目",
                        f"table {name} row {n}: the indicator is another project's",
                    )
        if lacking := [key for key in self._indicators if key not in self._own]:
            _refuse(
                f"表 HJ_INDICATOR 没有指标 {lacking[0][:60]}",
                f"table HJ_INDICATOR lacks the indicator {lacking[0][:60]!r}",
            )

    def _project(self, n: int, row: Row, indicators: Iterable[Row]) -> Project:
        name = _text(row["name"])
        if name is None:
            _refuse(f"表 HJ_PROJECT 第{n}行没有项目名称", f"table HJ_PROJECT row {n} has no name")
        key = row["hj_project_id"]
        goal, total = self._goals.get(key), self._totals.get(key)
        return Project(
            name, tuple(self._indicator(r, n) for r in indicators), _text(row["code"]), _text(row["fund_user"]),
            _text(row["supervising_department"]), self._kind(row, "HJ_PROJECT", n), _text(row["money_unit"]),
            self._funds(n, row), tuple(self._printed(key)),
            self._one(n, row["objective"], goal and goal["kpi_target"], "kpi_target"), _text(row["whole_term_objective"]),
            self._one(n, row["objective_actual"], goal and goal["goal_comp"], "goal_comp"),
            self._one(n, row["total_points"], total and total["total_eval_value"], "total_eval_value"),
        )  # fmt: skip

    def _funds(self, n: int, row: Row) -> Funds:
        given = {name: _amount(row[name], "HJ_PROJECT", n, name) for name in _FUNDS}
        for place, money in self._money.get(row["hj_project_id"], ()):
            if money["found_type"] == TOTAL:
                given |= {
                    name: _amount(money[field], "PM_PERF_SELF_BGT", place, field) for name, field in _BUDGET.items()
                }
        return Funds(**given)

    def _printed(self, key: str) -> Iterable[PrintedFunds]:
        for n, row in self._lines.get(key, ()):
            yield PrintedFunds(_text(row["label"]) or "", _array(row["figures"], "HJ_FUNDS", n, "figures"))

    def _indicator(self, row: Row, project: int) -> Indicator:
        key = row["kpi_id"]
        own, scored = self._own[key], self._scored.get(key)
        number = _whole(own["number"], "HJ_INDICATOR", key, "number")
        name = _text(row["kpi_lv3"]) or _text(row["name"])
        if number is None or name is None:
            _refuse(f"指标 {key[:60]} 没有序号或名称", f"the indicator {key[:60]!r} has no number or no name")
        given = {
            field: self._one(project, own[field], scored and scored[national], national)
            for field, national in (("actual", "ind_comp"), ("max_points", "ind_weight"), ("points", "eval_score"),
                                    ("variance_reason", "devi_analy"))
        }  # fmt: skip
        target = self._one(project, _target(row), scored and scored["kpi_val"], "kpi_val")
        causes = _array(own["deviation_causes"], "HJ_INDICATOR", key, "deviation_causes")
        return Indicator(
            number, name, _text(row["kpi_lv1"]), _text(row["kpi_lv2"]), _text(own["code"]), annual_target=target,
            deviation_causes=causes, remark=_text(row["kpi_remark"]), whole_term_target=_text(own["whole_term_target"]),
            forecast=_text(own["forecast"]), likelihood=_text(own["likelihood"]), actual=given["actual"],
            max_points=given["max_points"], points=given["points"], variance_reason=given["variance_reason"],
        )  # fmt: skip

    def _one(self, project: int, own: object, national: object, field: str) -> str | None:
        """A value that may stand in two tables; where they differ the national one holds, and it is said."""
        mine, said = _text(own), _text(national)
        if mine is not None and said is not None and mine != said:
            self._findings.append(
                NOT_UNDERSTOOD.at(
                    Place(), f"第{project}个项目的 {field}“{said[:60]}”与另一张表里的“{mine[:60]}”不同，按前者读入。请让对方核对。",
                    f"Project {project}: {field} {said[:60]!r} differs from {mine[:60]!r} in another table; the former was read.",
                    on=(project, None),
                )
            )  # fmt: skip
        return mine if said is None else said

    def _not_read(self, whole: Row) -> None:
        """What a table of targets has no place for is said."""
        monitored = len(self._rows("PAY_PERF_MONITOR_INFO"))
        sources = sum(row["found_type"] != TOTAL for row in self._rows("PM_PERF_SELF_BGT"))
        for count, what, what_en in (
            (monitored, "行监控信息", "rows of monitoring"),
            (sources, "行分来源的预算执行", "rows of money by source"),
        ):
            if count:
                self._say(
                    f"交换包里的 {count} {what}没有读入目标表。", f"{count} {what_en} were not read into the table."
                )
        if whole["simulated"]:
            self._say("交换包写明是模拟数据，不是真实情况。", "The package says that it is simulated.")

    def _say(self, zh: str, en: str) -> None:
        self._findings.append(NOT_UNDERSTOOD.at(Place(), zh, en, severity=Severity.INFO))

    def _kind(self, row: Row, table: str, n: int) -> TableKind | None:
        if row["kind"] is None:
            return None
        if row["kind"] not in tuple(TableKind):
            _refuse(
                f"表 {table} 第{n}行的 kind “{str(row['kind'])[:60]}”不认识", f"table {table} row {n}: unknown kind"
            )
        return TableKind(row["kind"])


def _target(row: Row) -> str | None:
    """The target value as text; put together from sign, number and unit where a package has no text of it."""
    if row["kpi_val"] is not None or row["computesign"] is None:
        return _text(row["kpi_val"])
    found = next((s for s in signs() if s.code == str(row["computesign"])), None)
    if found is None:
        code = str(row["computesign"])[:20]
        _refuse(
            f"指标 {row['kpi_id'][:60]} 的 computesign “{code}”不认识",
            f"{row['kpi_id'][:60]!r}: unknown computesign {code!r}",
        )
    unit = _text(row["meterunit"]) or ""
    return unit or None if found.sign == QUALITATIVE else f"{found.name}{_text(row['indexval']) or ''}{unit}"


def _text(value: object) -> str | None:
    """A text; a number as its digits."""
    if value is None or value == "":
        return None
    return _digits(value) if isinstance(value, int | Decimal) else str(value)


def _digits(value: int | Decimal) -> str:
    # A number of a thousand digits, or 1E+999999999, is no figure of a form; written out it would fill the memory.
    if abs(value.adjusted() if isinstance(value, Decimal) else len(str(value))) > _LONGEST:
        _refuse("有一个数大小不合常理", "a number is of no sensible size")
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _amount(value: object, table: str, n: int, field: str) -> Decimal | None:
    text = _text(value)
    if text is None:
        return None
    if not _AMOUNT.fullmatch(text):
        _refuse(
            f"表 {table} 第{n}行的 {field} “{text[:40]}”不是金额或数",
            f"table {table} row {n}: {field} {text[:40]!r} is no amount",
        )
    return Decimal(text)


def _whole(value: object, table: str, n: object, field: str) -> int | None:
    text = _text(value)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text):
        _refuse(
            f"表 {table} {n} 的 {field} “{text[:40]}”不是整数",
            f"table {table} {n}: {field} {text[:40]!r} is no whole number",
        )
    return int(text)


def _array(value: object, table: str, n: object, field: str) -> tuple[str, ...]:
    """Texts written as a JSON array."""
    if value is None:
        return ()
    try:
        made = json.loads(str(value))
    except (ValueError, RecursionError):
        made = None
    if not isinstance(made, list) or not all(isinstance(one, str) for one in made):
        _refuse(
            f"表 {table} {n} 的 {field} 应是文字的 JSON 数组",
            f"table {table} {n}: {field} should be a JSON array of texts",
        )
    return tuple(made)
