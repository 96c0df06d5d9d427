"""The records of a register on a page: a million of them are turned over like ten."""

from __future__ import annotations

import datetime

import pyarrow as pa
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.dossier.computed import store_of


def put(dossier, count: int) -> None:
    rows = [f"信访系统,{n},12345,2024-01-05,2024-03-05,2024-02-01,办结" for n in range(count)]
    data = "\n".join(["来源系统,来源编号,渠道,收到日期,应办结日期,办结日期,办理结果", *rows]).encode()
    at = datetime.datetime(2024, 12, 31)
    store_of(open_dossier(dossier.folder)).add_file("petition", data, at=at, file="p.csv", year=2024)


def test_pages_follow_each_other_and_the_last_one_says_so(as_, fresh):
    put(fresh, 250)
    client, url = as_("business"), reverse("register_rows", args=[fresh.pk, "petition"])
    keys, start = [], 0
    while start is not None:
        page = client.get(url, {"from": start})
        place = [f.name for f in page.context["fields"]].index("source_key")
        keys += [values[place] for _, _, values in page.context["lines"]]
        start = page.context["next"]
    assert sorted(keys, key=int) == [str(n) for n in range(250)]
    assert page.context["before"] == 100


def test_a_page_number_that_makes_no_sense_is_the_first_or_an_empty_page(as_, fresh):
    put(fresh, 3)
    client, url = as_("business"), reverse("register_rows", args=[fresh.pk, "petition"])
    for said in ("x", "-5", "", "1" * 40):
        assert len(client.get(url, {"from": said}).context["lines"]) == 3
    assert client.get(url, {"from": "99999999"}).context["lines"] == []
    assert client.get(reverse("register_rows", args=[fresh.pk, "none"])).status_code == 404


def test_the_end_of_a_register_of_a_million_records_is_listed_with_as_much_reading_as_its_beginning(
    as_, fresh, monkeypatch
):
    import pyarrow.parquet as pq

    many = 1_000_000
    text = pa.array([str(n) for n in range(many)])
    table = pa.table({
        "source_system": pa.array(["信访系统"] * many), "source_key": text,
        "channel": pa.array(["12345"] * many),
        "received_on": pa.array([datetime.date(2024, 1, 5)] * many),
    })  # fmt: skip
    store_of(open_dossier(fresh.folder)).add_table(
        "petition", table, at=datetime.datetime(2024, 12, 31), source="p", year=2024
    )
    read: list[int] = []
    plain = pq.ParquetFile.read_row_group

    def seen(self, group):
        read.append(self.metadata.row_group(group).num_rows)
        return plain(self, group)

    monkeypatch.setattr(pq.ParquetFile, "read_row_group", seen)
    client, url = as_("business"), reverse("register_rows", args=[fresh.pk, "petition"])
    page = client.get(url, {"from": 999_950})
    assert [number for number, _, _ in page.context["lines"]] == list(range(999_951, 1_000_001))
    assert page.context["next"] is None
    assert len(read) == 1
    assert read[0] <= 250_000
