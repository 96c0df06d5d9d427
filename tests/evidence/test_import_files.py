"""Files and queries as they come: encodings, headings, damage. What is taken, what is refused, and what is said about it."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import random
import zipfile
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy
import xlsxwriter

from hengji.evidence.errors import EvidenceError

AT = datetime.datetime(2024, 12, 31, 9)
HEAD = "来源系统,来源编号,渠道,收到日期,办理结果"
ROW = "信访系统,1,12345,2024-01-05,办结"
PLAIN = f"{HEAD}\n{ROW}\n"


def refused(put, *given, **more) -> EvidenceError:
    with pytest.raises(EvidenceError) as error:
        put(*given, **more)
    return error.value


def workbook(rows, sheet="台账", formats=None, **more) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            form = book.add_format({"num_format": (formats or {})[c]}) if c in (formats or {}) and r else None
            if isinstance(cell, datetime.date):
                page.write_datetime(r, c, cell, form)
            else:
                page.write(r, c, cell, form)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_text_is_read_in_every_usual_encoding(put, held, encoding, end):
    text = PLAIN.replace("\n", end)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    done = put("petition", mark + text.encode(encoding))
    assert (done.written, done.rejected_count, done.unknown) == (1, 0, ())
    (row,) = held("petition")
    assert (row["source_system"], row["received_on"], row["outcome"]) == ("信访系统", datetime.date(2024, 1, 5), "办结")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8"])
def test_a_text_longer_than_what_is_read_at_once_loses_no_character(put, held, encoding):
    words = "群众反映夜间噪声扰民"
    rows = [f"信访系统,{n},{words[n % 7 :]}{'渠' * (n % 5)},2024-01-05,办结" for n in range(150_000)]
    done = put("petition", ("\n".join([HEAD, *rows]) + "\n").encode(encoding))
    assert (done.rows, done.written) == (150_000, 150_000)
    stored = held("petition")
    assert [r["source_key"] for r in stored] == [str(n) for n in range(150_000)]
    assert all(r["channel"] == f"{words[n % 7 :]}{'渠' * (n % 5)}" for n, r in enumerate(stored))
    assert stored[-1]["line"] == 150_001


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_comma_tab_and_semicolon_part_the_cells(put, delimiter):
    assert put("petition", PLAIN.replace(",", delimiter)).written == 1


def test_titles_above_the_heading_are_passed_over_and_rows_keep_their_numbers(put, held):
    put("petition", f'2024年信访台账,,,,\n"单位：某某局\n(盖章)",,,,\n\n{PLAIN}')
    assert [r["line"] for r in held("petition")] == [5]


def test_headings_may_be_names_in_either_language_with_stars_units_and_line_breaks(put, held):
    put("budget", '来源系统*,source_key,项目编码,kind,"金额\n(元)",下达日期\n财务,1,P1,年初,"1,000.50",2024-01-05\n')
    (row,) = held("budget")
    assert row["amount"] == Decimal("1000.50")


def test_a_column_that_is_not_known_is_named_and_the_rest_is_taken(put):
    done = put("petition", PLAIN.replace("办理结果", "办理情况"))
    assert (done.unknown, done.written) == (("办理情况",), 1)


def test_a_missing_column_that_must_be_there_stops_the_file_and_is_named(put):
    error = refused(put, "petition", PLAIN.replace("收到日期", "日期"))
    assert "必填的列：收到日期" in error.zh
    assert "received_on" in error.en


def test_a_file_of_another_register_is_told_what_headings_are_expected(put):
    error = refused(put, "petition", "姓名,年龄\n甲,3\n")
    assert "没有“信访投诉”台账的任何列名" in error.zh


def test_a_column_that_is_there_twice_is_not_guessed(put):
    assert "两列都是“渠道”" in refused(put, "petition", f"{HEAD},渠道\n{ROW},网上\n").zh


BUDGET = "来源系统,来源编号,项目编码,类型,金额{},下达日期\n财务,1,P1,年初,5,2024-01-05\n"


@pytest.mark.parametrize("unit", ["(万元)", "（万元）", "(千元)", "(亿元)*"])
def test_another_unit_in_the_heading_is_refused_and_both_units_are_named(put, store, unit):
    error = refused(put, "budget", BUDGET.format(unit))
    assert unit.strip("()（）*") in error.zh
    assert "要求“元”" in error.zh
    assert not store.entries()


def test_another_unit_above_the_table_is_refused_too(put):
    assert "万元" in refused(put, "budget", f"预算下达情况,,,,,单位：万元\n{BUDGET.format('')}").zh
    assert put("budget", f"预算下达情况,,,,,单位：元\n{BUDGET.format('')}").written == 1
    assert put("budget", f"单位：财务科,,,,,\n{BUDGET.format('(含追加)').replace(',1,', ',2,')}").written == 1


def test_units_that_say_the_same_are_taken(put):
    head = "来源系统,来源编号,企业(统一社会信用代码),统计年度,污染物,产生量(吨),排放量(t),填报日期"
    done = put("emission_stat", f"{head}\n环统,1,91440000000000000X,2024,氨氮,3,2,2024-01-05\n")
    assert (done.unknown, done.written) == ((), 1)


def test_rows_with_too_many_or_too_few_cells_are_rejected_with_their_row(put, held):
    done = put(
        "petition",
        f"{PLAIN}信访系统,2,12345,2024-01-06\n\n信访系统,3,12345,2024-01-07,办结,多,余\n{ROW.replace(',1,', ',4,')}\n",
    )
    assert [(r.line, r.trouble[0].zh) for r in done.rejected] == [
        (3, "有 4 格，表头是 5 格"),
        (5, "有 7 格，表头是 5 格"),
    ]
    assert [(r["source_key"], r["line"]) for r in held("petition")] == [("1", 2), ("4", 6)]
    assert done.rows == done.written + done.rejected_count


def test_rows_keep_their_numbers_in_a_long_file_with_titles_and_ragged_rows(put, held):
    rows = [ROW.replace(",1,", f",{n},") for n in range(250_000)]
    for n in (3, 120_000, 249_999):
        rows[n] += ",多"
    done = put("petition", "\n".join(["台账,,,,", HEAD, *rows]))
    assert [r.line for r in done.rejected] == [6, 120_003, 250_002]
    assert all(r["line"] == int(r["source_key"]) + 3 for r in held("petition"))
    assert done.written == 249_997


def test_rows_of_nothing_are_no_rows(put):
    done = put("petition", f"{PLAIN},,,,\n\n , ,\t,,\n,,,,,,,\n")
    assert (done.rows, done.rejected_count) == (1, 0)


def test_a_quotation_mark_that_never_closes_stops_the_file_and_nothing_is_taken(put, store):
    rows = [ROW.replace(",1,", f",{n},") for n in range(50)]
    rows[20] = rows[20].replace("12345", '"12345')
    for text in ("\n".join([HEAD, *rows]), "\n".join([HEAD, *rows[:20], ROW[:-2] + '"办结', *rows[21:]])):
        assert "引号没有闭合" in refused(put, "petition", text).zh
    assert store.entries() == []


def test_a_quotation_mark_that_is_closed_by_that_of_a_later_row_stops_the_file_too(put, store):
    rows = [ROW.replace(",1,", f",{n},") for n in range(50)]
    rows[20] = rows[20].replace("12345", '"12345')
    rows[30] = rows[30].replace("12345", '"12345"')
    assert "引号没有闭合" in refused(put, "petition", "\n".join([HEAD, *rows])).zh
    assert "引号没有闭合" in refused(put, "petition", f'"{HEAD}\n' + f"{ROW}\n" * 9000).zh
    assert store.entries() == []


def test_a_quotation_mark_that_never_closes_is_noticed_in_a_long_file_too(put, store):
    rows = [ROW.replace(",1,", f",{n},") for n in range(300_000)]
    rows[200_000] = rows[200_000].replace("12345", '"12345')
    error = refused(put, "petition", "\n".join([HEAD, *rows]) + "\n")
    assert "引号没有闭合" in error.zh
    assert store.entries() == []


@pytest.mark.parametrize("cell", ["来信\n二次", "来信\n电话,网上,上门,走访", "来信\r\n二次"])
def test_a_line_break_inside_a_cell_is_part_of_it(put, held, cell):
    put("petition", f'{HEAD}\n信访系统,1,"{cell}",2024-01-05,办结\n{ROW.replace(",1,", ",2,")}\n')
    assert [(r["channel"], r["line"]) for r in held("petition")] == [(cell, 2), ("12345", 3)]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n\n",
        b"\x00\x01\x02\x03" * 50,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        b"\xff\xff\xfe\x80abc",
        b"\xef\xbb\xbf\xff\xfe,",
        b"\xff\xfea",
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(put, content):
    assert "没有导入" in refused(put, "petition", content).zh


def test_a_file_that_is_not_there_and_a_register_that_is_not_known_are_named(store, tmp_path):
    with pytest.raises(EvidenceError, match="cannot be read"):
        store.add_file("petition", tmp_path / "missing.csv", at=AT)
    with pytest.raises(EvidenceError, match="There is no register"):
        store.add_file("petitions", b"", at=AT)


def test_a_register_may_be_called_by_its_title(put, held):
    put("信访投诉", PLAIN)
    assert len(held("petition")) == 1


XLSX_HEAD = ["来源系统", "来源编号", "渠道", "收到日期", "办理结果", "满意"]


def test_a_workbook_is_read_with_dates_numbers_and_booleans_as_they_are(put, held):
    rows = [
        XLSX_HEAD,
        ["信访系统", 7, 12345, datetime.date(2024, 1, 5), "办结", True],
        ["信访系统", "008", "来信", 45296, "转办", "否"],
    ]
    done = put("petition", workbook(rows, formats={3: "yyyy-mm-dd"}))
    first, second = held("petition")
    assert (first["source_key"], first["channel"], first["received_on"], first["satisfied"]) == (
        "7", "12345", datetime.date(2024, 1, 5), True,
    )  # fmt: skip
    assert (second["source_key"], second["received_on"], second["satisfied"]) == (
        "008",
        datetime.date(2024, 1, 5),
        False,
    )
    assert done.rejected_count == 0


def test_a_percent_cell_of_a_workbook_is_percent_and_an_amount_in_percent_is_refused(put, held):
    head = ["来源系统", "来源编号", "项目", "指标序号", "签署日期", "说明", "得分比例", "签署人"]
    rows = [head, ["人工", "1", "某项目", 3, datetime.date(2024, 12, 1), "已完成", 0.955, "甲"]]
    put("attestation", workbook(rows, formats={4: "yyyy-mm-dd", 6: "0.0%"}))
    assert [r["band"] for r in held("attestation")] == [Decimal("95.5")]
    budget = [["来源系统", "来源编号", "金额"], ["财务", "1", 0.5]]
    assert put("budget", workbook(budget, formats={2: "0%"})).rejected[0].trouble[0].value == "50%"


def test_a_formula_error_and_a_formula_without_a_result_are_rejected_cell_by_cell(put):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(XLSX_HEAD)
    sheet.append(["信访系统", "1", "12345", datetime.date(2024, 1, 5), "#REF!", "是"])
    sheet["E2"].data_type = "e"
    sheet.append(["信访系统", "2", "=A1&B1", datetime.date(2024, 1, 5), "办结", "是"])
    sheet.append(["信访系统", "3", "12345", datetime.date(2024, 1, 5), "办结", "是"])
    out = io.BytesIO()
    book.save(out)
    done = put("petition", out.getvalue())
    assert done.written == 1
    assert [(r.line, r.trouble[0].field.title) for r in done.rejected] == [(2, "办理结果"), (3, "渠道")]
    assert all("公式" in r.trouble[0].zh for r in done.rejected)


def test_only_one_sheet_is_read_and_the_others_are_named(put):
    book = openpyxl.Workbook()
    book.active.title = "封面"
    page = book.create_sheet("一季度")
    page.append(XLSX_HEAD)
    page.append(["信访系统", "1", "12345", datetime.date(2024, 1, 5), "办结", "是"])
    hidden = book.create_sheet("旧")
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    done = put("petition", out.getvalue())
    assert done.written == 1
    assert done.remarks[0][0] == "只读了工作表“一季度”，没有读：封面"


def test_a_workbook_cut_short_or_altered_at_any_place_is_refused_or_read_but_never_a_failure(put, store):
    whole = workbook([XLSX_HEAD, ["信访系统", "1", "12345", "2024-01-05", "办结", "是"]])
    chance = random.Random(1)
    for n in range(60):
        damaged = bytearray(whole)
        if n % 2:
            damaged = damaged[: chance.randrange(5, len(whole))]
        else:
            for _ in range(3):
                damaged[chance.randrange(4, len(whole))] ^= 1 << chance.randrange(8)
        with contextlib.suppress(EvidenceError):
            put("petition", bytes(damaged))
    assert not store.check_files()


def test_another_kind_of_archive_is_refused(put):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    assert "打不开" in refused(put, "petition", out.getvalue()).zh


def parquet(rows: int = 1, **columns) -> bytes:
    given = {
        "source_system": ["信访系统"] * rows, "source_key": [str(n) for n in range(rows)], "channel": ["12345"] * rows,
        "received_on": pa.array([datetime.date(2024, 1, 5)] * rows), **columns,
    }  # fmt: skip
    out = io.BytesIO()
    pq.write_table(pa.table(given), out, compression="none")
    return out.getvalue()


def test_parquet_is_read_by_its_columns_in_their_own_types(put, held):
    done = put("petition", parquet(3, satisfied=[True, None, False], other=[1, 2, 3]))
    assert (done.written, done.unknown) == (3, ("other",))
    assert [r["satisfied"] for r in held("petition")] == [True, None, False]


def test_parquet_that_is_damaged_anywhere_is_refused_and_nothing_is_taken(put, store):
    whole = parquet(2000)
    for damaged in (whole[:-20], whole[:400] + bytes(400) + whole[800:], b"PAR1" + bytes(40)):
        assert "没有导入" in refused(put, "petition", damaged).zh
    assert store.entries() == []


@pytest.fixture
def database(tmp_path) -> str:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sqlalchemy.text("CREATE TABLE p (id INTEGER, way TEXT, came DATE, good BOOLEAN, cost NUMERIC)")
        )
        for n in range(5):
            connection.execute(
                sqlalchemy.text("INSERT INTO p VALUES (:n, '12345', '2024-01-05', :g, 1.5)"), {"n": n, "g": n % 2}
            )
    engine.dispose()
    return url


QUERY = (
    "SELECT '信访库' AS source_system, id AS source_key, way AS channel, came AS received_on, good AS satisfied FROM p"
)


def test_records_come_from_a_database_by_url_and_query(store, held, database):
    done = store.add_query("petition", database, QUERY, at=AT)
    assert (done.rows, done.written) == (5, 5)
    assert [r["satisfied"] for r in held("petition")] == [False, True, False, True, False]
    again = store.add_query("petition", database, QUERY, at=AT)
    assert (again.written, again.decided.unchanged) == (0, 5)
    assert len(store.entries()) == 1


def test_a_mistyped_path_of_a_database_is_told_and_no_file_is_made(put, store, tmp_path):
    with pytest.raises(EvidenceError, match="nothing was imported"):
        store.add_query("petition", f"sqlite:///{tmp_path / 'offcie.db'}", QUERY, at=AT)
    assert not (tmp_path / "offcie.db").exists()


def test_a_database_whose_path_holds_odd_signs_is_found(store, database, tmp_path):
    (tmp_path / "office.db").rename(tmp_path / "信访 100%?#.db")
    address = sqlalchemy.URL.create("sqlite", database=str(tmp_path / "信访 100%?#.db"))
    assert store.add_query("petition", str(address), QUERY, at=AT).written == 5


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("no-database", "SELECT 1"),
        ("oracle+nothing://host/x", "SELECT 1"),
        (None, "SELECT * FROM missing"),
        (None, "DELETE FROM p"),
        (None, "SELEC"),
    ],
)
def test_a_query_that_fails_says_why_and_changes_nothing(store, held, database, url, query):
    with pytest.raises(EvidenceError) as error:
        store.add_query("petition", url or database, query, at=AT)
    assert "什么也没有导入" in error.value.zh
    assert store.add_query("petition", database, QUERY, at=AT).written == 5


def test_neither_user_nor_password_of_a_database_is_kept_or_said(store, monkeypatch, database):
    with pytest.raises(EvidenceError) as error:
        store.add_query("petition", "mysql+nothing://clerk:secret-word@host/db", QUERY, at=AT)
    assert "secret-word" not in error.value.zh + error.value.en
    assert "clerk" not in error.value.zh + error.value.en


def test_cells_that_look_like_formulas_are_kept_as_they_are_and_escaped_where_a_spreadsheet_opens_them(put, held):
    cells = ["=1+1", "+cmd", "-2", "@sum"]
    rows = [f"信访系统,{n},{cell},2024-01-05,办结" for n, cell in enumerate(cells)]
    bad = [f"信访系统,b{n},{cell},2024-01-99,办结" for n, cell in enumerate(cells)]
    done = put("petition", "\n".join([HEAD, *rows, *bad]))
    assert [r["channel"] for r in held("petition")] == cells
    with done.quarantine.open(encoding="utf-8-sig", newline="") as file:
        listed = list(csv.DictReader(file))
    assert [r["渠道"] for r in listed] == [f"'{cell}" for cell in cells]
    assert not [c for r in listed for c in r.values() if c.startswith(("=", "+", "-", "@"))]


def test_a_column_of_numbers_written_in_several_types_by_a_driver_is_read_as_text(store, held, database):
    query = QUERY.replace("id AS source_key", "CASE WHEN id % 2 = 0 THEN id ELSE 'A' || id END AS source_key")
    assert store.add_query("petition", database, query, at=AT).written == 5
    assert [r["source_key"] for r in held("petition")] == ["0", "A1", "2", "A3", "4"]
