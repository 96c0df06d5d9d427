"""Scans and photos: recognised offline, never corrected, every doubt told; skipped where recognition is not installed."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hengji.cli import app
from hengji.model.table import Status
from hengji.reading import explained, read

FORM = Path(__file__).parents[1] / "data" / "scanned-form.png"


def png(width: int, height: int) -> bytes:
    """The head of an image of this size, with hardly anything behind it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks
    )


def test_without_recognition_an_image_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hengji.reading.open_image.is_installed", lambda: False)
    table = read(FORM.read_bytes(), "扫描.png")
    assert (table.status, table.findings[0].code) == (Status.REFUSED, "R10")
    assert "hengji[ocr]" in table.findings[0].zh
    assert "hengji[ocr]" in table.findings[0].en


class TestWithRecognition:
    @pytest.fixture(autouse=True)
    def _installed(self) -> None:
        pytest.importorskip("rapidocr", reason="text recognition (the extra ocr) is not installed")

    def test_a_turned_scan_of_a_form_is_read_and_marked_for_checking(self) -> None:
        seen = explained(FORM.read_bytes(), "扫描.png")
        table = seen.table
        assert [(p.name, str(p.funds.total)) for p in table.projects] == [("河道保洁服务", "120.00")]
        assert [(i.name, i.annual_target, i.actual, str(i.points)) for i in table.projects[0].indicators] == [
            ("保洁合格率", "≥95%", "96.8%", "40"),
            ("完成时间", "2024年12月31日", "2024年12月20日", "10"),
            ("居民满意度", "90%", "92%", "40"),
        ]
        assert {i.confidence for i in table.projects[0].indicators} == {"low"}
        assert any(f.code == "R07" and "对照图片" in f.zh for f in table.findings)
        assert seen.document is not None
        assert seen.document.scans[0].image.startswith(b"\xff\xd8")

    def test_a_scan_that_stands_on_its_head_is_turned(self) -> None:
        from PIL import Image

        out = io.BytesIO()
        Image.open(FORM).rotate(180).save(out, "JPEG", quality=80)
        names = [i.name for p in read(out.getvalue(), "扫描.jpg").projects for i in p.indicators]
        assert names == ["保洁合格率", "完成时间", "居民满意度"]

    def test_a_pdf_of_pictures_is_read_as_the_pictures_are(self) -> None:
        from PIL import Image

        out = io.BytesIO()
        Image.open(FORM).convert("L").save(out, "PDF", resolution=150)
        table = read(out.getvalue(), "扫描.pdf")
        assert [i.name for p in table.projects for i in p.indicators] == ["保洁合格率", "完成时间", "居民满意度"]
        assert table.source.media_type == "application/pdf"

    def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(self) -> None:
        table = read(png(20_000, 20_000), "大图.png")
        assert (table.status, table.findings[0].code) == (Status.REFUSED, "R11")

    @pytest.mark.parametrize("cut", [60, 3000])
    def test_a_damaged_image_is_refused(self, cut: int) -> None:
        table = read(FORM.read_bytes()[:cut], "扫描.png")
        assert (table.status, table.findings[0].code) == (Status.REFUSED, "R10")

    def test_an_empty_page_holds_no_text(self) -> None:
        from PIL import Image

        out = io.BytesIO()
        Image.new("L", (600, 800), 255).save(out, "PNG")
        table = read(out.getvalue(), "白纸.png")
        assert (table.status, table.findings[0].code) == (Status.REFUSED, "R09")


def test_the_pages_of_a_scan_are_drawn_with_their_boxes(tmp_path: Path) -> None:
    pytest.importorskip("rapidocr", reason="text recognition (the extra ocr) is not installed")
    done = CliRunner().invoke(app, ["read", str(FORM), "--proof", str(tmp_path / "out"), "--json"])
    (page,) = (tmp_path / "out").iterdir()
    text = page.read_text("utf-8")
    assert done.exit_code in (0, 1)
    assert "data:image/jpeg;base64," in text
    assert 'title="保洁合格率（' in text
    assert "<script" not in text


def test_what_looks_like_a_sign_misread_is_told_and_kept() -> None:
    pytest.importorskip("cv2", reason="text recognition (the extra ocr) is not installed")
    from hengji.reading.scan_page import Box, _spot
    from hengji.reading.scan_text import Sign

    signs = [Sign(c, 0.99, (), 0.5) for c in "290%"]
    spot = _spot(signs, Box(0, 0, 9, 9), 1)
    assert (spot.text, spot.candidates, spot.doubtful) == ("290%", ("≥90%",), True)
    assert not _spot([Sign(c, 0.99, (), 0.5) for c in "90%"], Box(0, 0, 9, 9), 1).doubtful
