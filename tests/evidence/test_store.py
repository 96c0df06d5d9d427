"""The store of a dossier's records: versions, duplicates, what is rejected and comes back, what was altered."""

from __future__ import annotations

import csv
import datetime
import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from hengji.evidence.errors import EvidenceError
from hengji.evidence.store import MANIFEST, Store

AT = datetime.datetime(2024, 12, 31, 9)
HEAD = "来源系统,来源编号,渠道,收到日期,办结日期,作废原因,录入时间"


def petitions(*rows: str) -> str:
    return "\n".join([HEAD, *(f"信访系统,{row}" for row in rows)]) + "\n"


FIRST = petitions("1,12345,2024-01-05,,,2024-01-06 09:00", "2,来信,2024-02-05,2024-03-01,,2024-02-06 09:00")


def listed(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def state(store: Store) -> dict[str, bytes]:
    """Every file of the store but its lock."""
    return {
        str(p.relative_to(store.folder)): p.read_bytes()
        for p in sorted(store.folder.rglob("*"))
        if p.is_file() and p.name != ".lock"
    }


def test_importing_twice_changes_nothing(put, store):
    bad = FIRST + "信访系统,3,网上,2024-02-30,,,\n"
    first = put("petition", bad)
    before = state(store)
    again = put("petition", bad, at=AT + datetime.timedelta(days=3))
    assert (first.written, first.rejected_count) == (2, 1)
    assert (again.written, again.decided.unchanged, again.rejected_count) == (0, 2, 1)
    assert state(store) == before


def test_the_same_records_in_another_file_and_order_change_nothing(put, store):
    put("petition", FIRST)
    lines = FIRST.splitlines()
    moved = put("petition", "\n".join([lines[0], lines[2], lines[1]]), file="other.csv")
    assert (moved.written, moved.decided.unchanged) == (0, 2)
    assert len(store.batches()) == 1


def test_a_correction_is_a_new_version_and_the_old_one_stays(put, held):
    put("petition", FIRST)
    done = put("petition", petitions("1,12345,2024-01-05,2024-02-01,,2024-01-06 09:00"))
    assert (done.decided.new, done.decided.versions) == (0, 1)
    ours = [r for r in held("petition") if r["source_key"] == "1"]
    assert [(r["version"], r["closed_on"]) for r in ours] == [(1, None), (2, datetime.date(2024, 2, 1))]
    assert ours[0]["record_id"] == ours[1]["record_id"]


def test_a_void_is_a_new_version_with_its_reason_and_may_be_taken_back(put, held):
    put("petition", FIRST)
    done = put("petition", petitions("1,12345,2024-01-05,,重复登记,2024-01-06 09:00"))
    assert (done.decided.versions, done.decided.voids) == (1, 1)
    put("petition", FIRST, file="again.csv")
    ours = [r for r in held("petition") if r["source_key"] == "1"]
    assert [(r["version"], r["void_reason"]) for r in ours] == [(1, None), (2, "重复登记"), (3, None)]


def test_a_column_that_a_correction_does_not_have_stays_as_it_was(put, held):
    put("petition", FIRST)
    put("petition", "来源系统,来源编号,渠道,收到日期\n信访系统,2,网上,2024-02-05\n")
    ours = [r for r in held("petition") if r["source_key"] == "2"]
    assert [(r["version"], r["channel"], r["closed_on"]) for r in ours] == [
        (1, "来信", datetime.date(2024, 3, 1)),
        (2, "网上", datetime.date(2024, 3, 1)),
    ]


def test_the_same_key_with_different_content_in_one_file_is_open_and_neither_row_is_taken(put, held):
    done = put("petition", petitions("1,12345,2024-01-05,,,", "2,来信,2024-01-06,,,", "1,网上,2024-01-05,,,"))
    assert (done.written, done.rejected_count) == (1, 2)
    assert [(r.line, r.cells["channel"]) for r in done.rejected] == [(2, "12345"), (4, "网上")]
    assert all("同一来源编号" in r.trouble[0].zh for r in done.rejected)
    assert [r["source_key"] for r in held("petition")] == ["2"]


def test_the_same_row_twice_in_one_file_is_one_record(put, held):
    done = put("petition", petitions("1,12345,2024-01-05,,,", "1,12345,2024/1/5,,,"))
    assert (done.written, done.decided.duplicates, done.rejected_count) == (1, 1, 0)
    assert len(held("petition")) == 1


def test_the_same_number_in_two_systems_is_two_records(put, held):
    done = put("petition", petitions("1,12345,2024-01-05,,,") + "热线系统,1,12345,2024-01-05,,,\n")
    assert done.decided.new == 2
    assert len({r["record_id"] for r in held("petition")}) == 2


def test_system_and_number_are_not_run_together(put, held):
    head = "来源系统,来源编号,渠道,收到日期\n"
    put("petition", f"{head}甲1,2,网上,2024-01-05\n甲,12,网上,2024-01-05\n")
    assert len({r["record_id"] for r in held("petition")}) == 2


@pytest.mark.parametrize(("entered", "late"), [("2024-01-15 09:00", False), ("2024-01-16 09:00", True), ("", False)])
def test_an_entry_is_late_when_more_than_ten_days_lie_between(put, held, entered, late):
    done = put("petition", petitions(f"1,12345,2024-01-05,,,{entered}"))
    assert [r["late"] for r in held("petition")] == [late]
    assert done.decided.late == late


def test_the_days_until_an_entry_is_late_are_a_setting(tmp_path):
    store = Store(tmp_path / "strict", late_days=0)
    store.add_file("petition", FIRST.encode(), file="x.csv", at=AT)
    assert store.batches()[0].counts["late"] == 2


def test_records_outside_the_year_are_taken_and_counted(put, held):
    done = put(
        "petition", petitions("1,12345,2023-12-31,,,", "2,来信,2024-01-01,,,", "3,来信,2025-01-01,,,"), year=2024
    )
    assert (done.written, done.outside) == (3, 2)
    assert len(held("petition")) == 3


def test_bad_cells_are_named_all_at_once_with_value_and_reason_and_the_good_rows_are_taken(put, store):
    done = put("petition", petitions("1,,2024/2/30,2024年3月,,", "2,来信,2024-02-05,,,"))
    (row,) = done.rejected
    assert [(t.field.name, t.value) for t in row.trouble] == [
        ("channel", ""),
        ("received_on", "2024/2/30"),
        ("closed_on", "2024年3月"),
    ]
    assert done.written == 1
    (line,) = listed(done.quarantine)
    assert (line["行号"], line["有问题的列"]) == ("2", "渠道；收到日期；办结日期")
    assert line["原因"] == "必填，但为空；没有这一天；只有年月，缺少日"
    assert (line["来源编号"], line["收到日期"]) == ("1", "2024/2/30")


def test_a_negative_count_is_rejected(put):
    done = put("survey", "来源系统,来源编号,调查编号,调查名称,发放份数\n问卷系统,1,D1,满意度,-3\n")
    assert [t.zh for r in done.rejected for t in r.trouble if t.field.name == "sent"] == ["不能是负数"]


def test_the_file_of_rejected_rows_can_be_corrected_and_added_again(put, held):
    done = put("petition", petitions("1,12345,2024-01-05,,,", "2,'=x,2024/2/30,,,", "3,来信,2024-02-05,3月,,"))
    text = done.quarantine.read_text("utf-8-sig").replace("2024/2/30", "2024/2/29").replace(",3月,", ",2024-03-01,")
    again = put("petition", text, file=done.quarantine.name)
    assert (again.written, again.rejected_count, again.unknown) == (2, 0, ())
    rows = {r["source_key"]: r for r in held("petition")}
    assert sorted(rows) == ["1", "2", "3"]
    assert rows["2"]["channel"] == "=x"
    assert rows["3"]["closed_on"] == datetime.date(2024, 3, 1)


def test_rejected_rows_of_one_file_in_two_registers_do_not_take_each_others_place(put):
    text = "来源系统,来源编号,渠道,收到日期,金额\n甲,1,,2024-01-05,多\n"
    first, second = put("petition", text).quarantine, put("budget", text).quarantine
    assert first != second
    assert first.exists()
    assert second.exists()


def test_only_the_first_thousand_rejected_rows_are_handed_back_and_all_are_in_the_file(put):
    done = put("petition", petitions(*(f"{n},来信,昨天,,," for n in range(1500))))
    assert (done.rejected_count, len(done.rejected)) == (1500, 1000)
    assert len(listed(done.quarantine)) == 1500


def test_what_had_to_be_changed_to_fit_is_counted_by_field(put):
    done = put("budget", "来源系统,来源编号,批复日期,金额\n财务,1,45296,1.0000001\n财务,2,2024-01-05 08:30,2\n")
    assert [(f, n.value, c) for f, n, c in done.notes] == [
        ("amount", "rounded", 1),
        ("approved_on", "day_only", 1),
        ("approved_on", "serial", 1),
    ]


def test_batches_are_named_by_their_digest_and_tell_where_they_came_from(put, store, held):
    put("petition", FIRST, file="一月.csv")
    (batch,) = store.batches("petition")
    assert batch.path.name == f"{batch.sha256}.parquet"
    assert batch.source == "一月.csv"
    assert {r["batch"] for r in held("petition")} == {batch.source_sha256}
    assert store.check_files() == []


def test_a_batch_that_was_altered_or_is_gone_is_noticed(put, store):
    put("petition", FIRST)
    put("petition", FIRST.replace("信访系统", "平台"))
    first, second = store.batches()
    first.path.write_bytes(first.path.read_bytes() + b"x")
    second.path.unlink()
    assert [b.sha256 for b in store.check_files()] == [first.sha256, second.sha256]


@pytest.mark.parametrize("line", [0, 1])
def test_a_line_of_the_manifest_that_was_altered_removed_or_moved_is_noticed(put, store, line):
    for n in range(3):
        put("petition", petitions(f"{n},来信,2024-01-05,,,"))
    manifest = store.folder / MANIFEST
    lines = manifest.read_text("utf-8").splitlines()
    changed = [*lines[:line], lines[line].replace('"new":1', '"new":9'), *lines[line + 1 :]]
    moved = [*lines[:line], lines[line + 1], lines[line], *lines[line + 2 :]]
    for forged in (changed, [*lines[:line], *lines[line + 1 :]], moved):
        manifest.write_text("\n".join(forged) + "\n", "utf-8")
        with pytest.raises(EvidenceError, match="does not follow from the line before"):
            store.batches()
        with pytest.raises(EvidenceError, match="does not follow from the line before"):
            put("petition", petitions("9,来信,2024-01-05,,,"))


def test_a_last_line_that_was_cut_short_was_never_acknowledged_and_is_written_again(put, store, held):
    put("petition", FIRST)
    put("petition", petitions("9,来信,2024-01-05,,,"))
    manifest = store.folder / MANIFEST
    manifest.write_bytes(manifest.read_bytes()[:-30])
    assert len(store.batches()) == 1
    assert put("petition", petitions("9,来信,2024-01-05,,,")).written == 1
    assert len(held("petition")) == 3
    for number, line in enumerate(manifest.read_text("utf-8").splitlines(), 1):
        assert json.loads(line)["seq"] == number


def test_a_table_in_memory_is_labelled_where_it_is_simulated_and_not_mixed_with_real_records(put, store):
    table = pa.table({"source_system": ["模拟"], "source_key": ["1"], "channel": ["网上"],
                      "received_on": pa.array([datetime.date(2024, 1, 5)])})  # fmt: skip
    store.add_table("petition", table, at=AT, source="模拟数据", simulated=True)
    assert store.simulated
    with pytest.raises(EvidenceError, match="not mixed"):
        put("petition", FIRST)
    assert len(store.batches()) == 1


def test_real_records_are_not_mixed_with_simulated_ones_either(put, store):
    put("petition", FIRST)
    with pytest.raises(EvidenceError, match="not mixed"):
        store.add_table("budget", pa.table({"source_system": ["模拟"], "source_key": ["1"], "amount": [Decimal(1)]}), at=AT,
                        source="模拟数据", simulated=True)  # fmt: skip
    assert not store.simulated


def test_the_same_records_give_the_same_bytes(tmp_path):
    digests = []
    for name in ("a", "b"):
        store = Store(tmp_path / name)
        store.add_file("petition", FIRST.encode(), file="x.csv", at=AT)
        digests.append([b.sha256 for b in store.batches()])
    assert digests[0] == digests[1]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(EvidenceError, match="cannot be written"):
        Store(tmp_path / "file" / "evidence").add_file("petition", FIRST.encode(), file="x.csv", at=AT)
