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


def found(client, url, **asked):
    page = client.get(url, asked)
    assert page.status_code == 200
    place = [f.name for f in page.context["fields"]].index("source_key") if page.context["fields"] else 0
    return [values[place] for _, _, values in page.context["lines"]], page


def test_records_are_looked_for_by_text_field_and_day_in_the_order_in_which_they_came(as_, fresh):
    put(fresh, 250)
    client, url = as_("business"), reverse("register_rows", args=[fresh.pk, "petition"])
    assert found(client, url, q="249")[0] == ["249"]
    keys, page = found(client, url, q="1", field="source_key")
    assert keys == [str(n) for n in range(250) if "1" in str(n)][:100]
    more, page = found(client, url, q="1", field="source_key", **{"from": page.context["next"]})
    assert keys + more == [str(n) for n in range(250) if "1" in str(n)]
    assert page.context["next"] is None
    assert found(client, url, q="信访")[1].context["next"] == 100
    assert found(client, url, q="2024-02-01", field="closed_on", first="2024-01-05", last="2024-01-05")[0][:1] == ["0"]
    assert found(client, url, first="2024-01-06")[0] == []
    assert found(client, url, last="2024-01-04")[0] == []


def test_what_is_looked_for_is_text_and_never_part_of_the_question(as_, fresh):
    put(fresh, 3)
    client, url = as_("business"), reverse("register_rows", args=[fresh.pk, "petition"])
    for said in ("' OR 1=1 --", "%", "_", '"; DROP TABLE x', "\\", "$text"):
        assert found(client, url, q=said)[0] == [], said
    assert len(found(client, url, q="信访", field="filename) OR (1=1")[0]) == 3  # no such field: any text
    assert len(found(client, url, first="yesterday", last="2024-13-01")[0]) == 3
    assert found(client, url, q="x" * 1000)[0] == []
    assert "没有查到" in found(client, url, q="无此记录")[1].content.decode()


def test_the_pages_of_a_search_keep_what_was_sought(as_, fresh):
    put(fresh, 250)
    page = as_("business").get(reverse("register_rows", args=[fresh.pk, "petition"]), {"q": "信访", "field": ""})
    assert "q=%E4%BF%A1%E8%AE%BF" in page.content.decode()
    assert "from=100" in page.content.decode()


def test_a_batch_that_is_gone_is_told_in_a_sentence(as_, fresh):
    put(fresh, 3)
    store_of(open_dossier(fresh.folder)).batches("petition")[0].path.unlink()
    for asked in ({}, {"q": "信访"}):
        page = as_("business").get(reverse("register_rows", args=[fresh.pk, "petition"]), asked)
        assert page.status_code == 422
        assert "从备份恢复" in page.content.decode()
