"""Image bytes → pages of grey pixels, checked before anything is decoded; needs the packages of the extra `ocr`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from hengji.model.finding import Finding, Place
from hengji.reading.faults import TOO_LARGE, UNOPENABLE
from hengji.reading.grid import Refused
from hengji.reading.limits import MAX_PIXELS, MAX_SCANS

SIGNS = (
    (b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"II*\x00", "image/tiff"), (b"MM\x00*", "image/tiff"),
    (b"GIF8", "image/gif"),
)  # fmt: skip
"""How the images begin that are read, and their media types."""
LONG_SIDE = 3508  # pixels of the longer side of a page as it is read: A4 at 300 dpi


def is_installed() -> bool:
    """Whether the packages that recognise text in images are there."""
    try:
        import rapidocr  # noqa: F401
    except ImportError:
        return False
    return True


def image_pages(data: bytes) -> Iterator[Any]:
    """The frames of an image as arrays of grey values, turned as the camera says; a large one made smaller.

    Raises:
        Refused: damaged (R10), or with more pixels or pages than the limit (R11); none is decoded before.
    """
    from PIL import Image, ImageOps, ImageSequence

    Image.MAX_IMAGE_PIXELS = None  # the limit is ours, with a sentence of its own
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF", "GIF")) as image:
            check_size(*image.size)
            count = getattr(image, "n_frames", 1)
            if count > MAX_SCANS:
                raise Refused(too_many_scans(count))
            for frame in ImageSequence.Iterator(image):
                check_size(*frame.size)
                page = ImageOps.exif_transpose(frame)
                if page.mode in ("RGBA", "LA", "PA", "P"):
                    page = _on_white(page.convert("RGBA"))
                yield _grey(page)
    except Refused:
        raise
    except Exception:  # of a damaged image the library raises whatever its parts meet
        raise Refused(_damaged()) from None


def _on_white(image: Any) -> Any:
    from PIL import Image

    paper = Image.new("RGBA", image.size, "white")
    paper.alpha_composite(image)
    return paper


def _grey(image: Any) -> Any:
    import numpy

    if image.mode.startswith("I") or image.mode == "F":  # sixteen bits a pixel
        deep = numpy.asarray(image, dtype=numpy.float32)
        return smaller((deep / max(float(deep.max()), 1.0) * 255).astype(numpy.uint8))
    return smaller(numpy.asarray(image.convert("L")))


def smaller(grey: Any) -> Any:
    """A page whose longer side is not over `LONG_SIDE`."""
    import cv2

    scale = LONG_SIDE / max(grey.shape)
    return grey if scale >= 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def check_size(width: int, height: int) -> None:
    """Refuses an image with too many pixels (R11)."""
    if width * height > MAX_PIXELS:
        raise Refused(
            TOO_LARGE.at(
                Place(),
                f"图片有 {width:,}×{height:,} 像素，上限 {MAX_PIXELS:,} 像素，没有读取。请按 300 dpi 重新扫描或缩小后再读。",
                f"The image has {width:,}×{height:,} pixels, over {MAX_PIXELS:,}; not read. Scan it at 300 dpi or make it smaller.",
            )
        )


def too_many_scans(count: int) -> Finding:
    """R11 for more pages to recognise than the limit."""
    return TOO_LARGE.at(
        Place(),
        f"要识别的图片有 {count:,} 页，上限 {MAX_SCANS:,} 页，没有读取。请拆分后再读。",
        f"There are {count:,} pages to recognise, over {MAX_SCANS:,}; not read. Split the file.",
    )


def not_installed(what_zh: str, what_en: str) -> Finding:
    """R10 where the packages that recognise text are missing."""
    return UNOPENABLE.at(
        Place(),
        f'{what_zh}，要识别文字才能读，这里没有装识别组件，没有读取。请安装：pip install "hengji[ocr]"（离线可用），或索取由办公软件导出的 PDF、DOCX、XLSX。',
        f"{what_en}; reading it takes text recognition, which is not installed here. Install it with "
        'pip install "hengji[ocr]" (it works offline), or ask for the office file.',
    )


def _damaged() -> Finding:
    return UNOPENABLE.at(
        Place(),
        "图片损坏或没有下载完整，打不开，没有读取。请重新下载或重新扫描。",
        "The image is damaged or was not downloaded completely; not read. Download or scan it again.",
    )
