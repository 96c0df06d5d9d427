"""A page of records reads what it shows and no more, across batches and row groups."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.evidence.listing import page_of
from hengji.evidence.store import Batch


def batches_of(folder, sizes, group):
    made, n = [], 0
    for number, size in enumerate(sizes):
        path = folder / f"{number}.parquet"
        pq.write_table(pa.table({"n": pa.array(range(n, n + size), pa.int64())}), path, row_group_size=group)
        made.append(Batch("petition", path, "", f"{number}.csv", "", ""))
        n += size
    return made


@given(st.lists(st.integers(0, 7), max_size=4), st.integers(1, 4), st.integers(0, 30), st.integers(1, 9))
def test_pages_laid_end_to_end_are_all_rows_once_in_order(tmp_path_factory, sizes, group, start, size):
    batches = batches_of(tmp_path_factory.mktemp("b"), sizes, group)
    everything = list(range(sum(sizes)))
    page = page_of(batches, start, size)
    assert [row["n"] for row in page.rows] == everything[start : start + size]
    assert page.more is (start + size < len(everything))


def test_rows_name_the_file_they_came_from(tmp_path):
    page = page_of(batches_of(tmp_path, [2, 2], 2), 1, 2)
    assert [row["batch_source"] for row in page.rows] == ["0.csv", "1.csv"]


def test_the_last_page_of_a_million_rows_reads_one_row_group(tmp_path, monkeypatch):
    batches, read = batches_of(tmp_path, [1_000_000], 50_000), []
    plain = pq.ParquetFile.read_row_group
    monkeypatch.setattr(pq.ParquetFile, "read_row_group", lambda self, g: read.append(g) or plain(self, g))
    assert [row["n"] for row in page_of(batches, 999_950, 100).rows] == list(range(999_950, 1_000_000))
    assert read == [19]


def test_a_file_that_is_gone_is_an_error_and_no_empty_page(tmp_path):
    batches = batches_of(tmp_path, [3], 2)
    batches[0].path.unlink()
    with pytest.raises(OSError, match="parquet"):
        page_of(batches, 0, 5)
