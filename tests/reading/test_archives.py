"""An archive of documents: each is read for itself; what is dangerous is named and nothing is written."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

from typer.testing import CliRunner

from hengji.cli import app
from hengji.reading.archive import is_archive, members

TEXT = (Path(__file__).parents[1] / "data" / "panyu-2024.txt").read_bytes()


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def in_gbk(data: bytes, name: str) -> bytes:
    """The archive with a name of ASCII letters replaced by bytes of GBK of the same length, without the flag of UTF-8."""
    raw = name.encode("gbk")
    return data.replace(b"n" * len(raw), raw)


def encrypted(data: bytes) -> bytes:
    """The archive with the flag of encryption set on every member."""
    out = bytearray(data)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = out.find(sign)
        while start >= 0:
            struct.pack_into("<H", out, start + at, struct.unpack_from("<H", out, start + at)[0] | 1)
            start = out.find(sign, start + 4)
    return bytes(out)


def test_every_document_of_an_archive_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(archive({"乙/二.txt": TEXT, "甲.txt": TEXT, "__MACOSX/甲.txt": b"x"}))
    done = CliRunner().invoke(app, ["read", str(tmp_path / "a.zip"), "--json"])
    read = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [(one["source"]["file"], len(one["projects"])) for one in read] == [
        ("a.zip/乙/二.txt", 13),
        ("a.zip/甲.txt", 13),
    ]


def test_a_path_that_leads_outside_is_only_a_name(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "a.zip").write_bytes(archive({"../../out.txt": TEXT, "/etc/out.txt": TEXT}))
    done = CliRunner().invoke(app, ["read", str(inner / "a.zip"), "--json"])
    assert len(done.stdout.strip().splitlines()) == 2
    assert [p.name for p in tmp_path.rglob("*")] == ["inner", "a.zip"]


def test_names_in_gbk_are_shown_as_they_were_given() -> None:
    data = in_gbk(archive({"n" * 8 + ".txt": TEXT}), "绩效目标")
    assert [m.name for m in members(data)] == ["绩效目标.txt"]


def test_an_archive_inside_an_archive_is_named_and_not_read() -> None:
    (one,) = members(archive({"里层.zip": archive({"a.txt": TEXT})}))
    assert one.refused is not None
    assert "里层" in one.refused.zh


def test_a_bomb_among_documents_is_refused_and_the_others_are_read() -> None:
    bomb, good = sorted(members(archive({"a.txt": b"0" * (80 << 20), "b.txt": TEXT})), key=lambda m: m.name)
    assert bomb.refused is not None
    assert bomb.refused.code == "R11"
    assert (good.refused, good.data) == (None, TEXT)


def test_a_member_with_a_password_says_so() -> None:
    (one,) = members(encrypted(archive({"a.txt": TEXT})))
    assert one.refused is not None
    assert "密码" in one.refused.zh


def test_an_office_file_is_no_archive() -> None:
    assert not is_archive(archive({"[Content_Types].xml": b"", "xl/workbook.xml": b""}))
    assert not is_archive(b"PK\x03\x04 damaged")
    assert is_archive(archive({"a.txt": TEXT}))
