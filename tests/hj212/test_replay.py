"""Files of packets to Parquet: the same as the codec gives, whatever the file holds."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.hj212.packets import SPLICES, messages, spoilt

from hengji.hj212.profiles import NAMES
from hengji.hj212.reader import decode
from hengji.hj212.records import packet_of
from hengji.hj212.replay import blocks, replay
from hengji.hj212.write import framed, write

VECTORS = [packet_of(line) for line in (Path(__file__).parents[1] / "data" / "hj212_vectors.jsonl").open("rb")]
PLAIN = [raw for raw in VECTORS if raw and (p := decode(raw)[0]).valid and p.items and p.flag and "PNUM" not in p.head]
STREAMS = st.lists(
    st.sampled_from(PLAIN)
    | SPLICES
    | st.sampled_from(PLAIN).flatmap(spoilt)
    | st.sampled_from(NAMES).flatmap(messages).map(write),
    max_size=12,
).map(b"".join)


def as_codec(stream: bytes):
    """What the two tables should hold."""
    heads, values, at = [], [], 0
    for number, p in enumerate(decode(stream)):
        head = {k.lower(): p.head.get(k) for k in ("QN", "ST", "CN", "MN", "Flag", "PNUM", "PNO")}
        heads.append(
            {"number": number, "offset": at, "length": len(p.raw), "garbage": p.garbage, "valid": p.valid, **head}
            | {"data_time": p.cp.get("DataTime"), "problems": " ".join(one.code for one in p.problems)}
            | {"doubts": " ".join(p.doubts)}
        )
        at += len(p.raw)
        values += [(number, None, name, v) for name, v in p.cp.items() if name != "DataTime"]
        values += [(number, code, s, v) for code, fields in p.items.items() for s, v in fields.items()]
    return heads, values


def as_columns(file: Path, size: int):
    heads, values, by_columns = [], [], 0
    for head, value, count in blocks(file, size):
        heads += head.to_pylist()
        values += [tuple(row.values()) for row in value.to_pylist()]
        by_columns += count
    return heads, values, by_columns


@settings(deadline=None)
@given(stream=STREAMS, size=st.integers(1, 4000))
def test_columns_and_codec_give_the_same_for_any_file(stream, size, tmp_path_factory):
    file = tmp_path_factory.mktemp("replay") / "inbox.bin"
    file.write_bytes(stream)
    heads, values, _ = as_columns(file, size)
    assert (heads, values) == as_codec(stream)


def test_plain_packets_do_go_by_columns(tmp_path):
    file = tmp_path / "inbox.bin"
    file.write_bytes(b"".join(PLAIN) * 20)
    heads, values, by_columns = as_columns(file, 1 << 20)
    assert by_columns > len(heads) / 2
    assert (heads, values) == as_codec(file.read_bytes())


def test_two_files_become_four_tables_and_nothing_half(tmp_path):
    for name in ("a.bin", "b.bin"):
        (tmp_path / name).write_bytes(b"".join(r for r in VECTORS if r))
    done = replay([tmp_path / "a.bin", tmp_path / "b.bin"], tmp_path / "out", workers=2)
    assert done[0] == done[1]
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        f"{name}.bin.{kind}.parquet" for name in "ab" for kind in ("packets", "values")
    ]
    table = pa.parquet.read_table(tmp_path / "out" / "a.bin.packets.parquet")
    assert table.num_rows == done[0].packets
    assert sum(table.column("length").to_pylist()) == (tmp_path / "a.bin").stat().st_size
    assert done[0].valid == sum(table.column("valid").to_pylist())


@pytest.mark.parametrize("stream", [b"", b"\r\n", b"\r\n\r\n", b"##", b"x" * 50, json.dumps({}).encode()])
def test_files_without_packets_give_tables_without_valid_packets(stream, tmp_path):
    (tmp_path / "x.bin").write_bytes(stream)
    (done,) = replay([tmp_path / "x.bin"], tmp_path / "out")
    assert done.valid == 0
    assert done.packets == len(decode(stream))


def test_odd_numbers_are_left_to_the_codec_and_spoil_no_neighbour(tmp_path):
    odd = [
        "",
        "-",
        ".",
        "-.5",
        ".5",
        "5.",
        "1.2.3",
        "--1",
        "1-2",
        "-9",
        "9",
        "-99",
        "-999",
        "+1",
        "1e5",
        "0",
        "-0.5",
        "x",
    ]
    head = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20160801085857"
    stream = b"".join(
        framed(f"{head};w01018-Rtd={a},w01018-Flag=N;w21003-Rtd={b},w21003-Flag=N&&".encode()) for a in odd for b in odd
    )
    (tmp_path / "odd.bin").write_bytes(stream)
    heads, values, by_columns = as_columns(tmp_path / "odd.bin", 1 << 20)
    assert by_columns >= 12
    assert (heads, values) == as_codec(stream)
