"""Files that people attach, kept under their SHA-256 so that what was signed can be told from anything else."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from hengji.dossier.errors import DossierError
from hengji.evidence.whole import write_whole

FOLDER = "attachments"
_LARGEST = 256 * 2**20


def keep(dossier: Path, data: bytes, name: str) -> str:
    """Write a file into `attachments/<sha256>.<ext>` of a dossier and return its SHA-256 (hex).

    A file that is there already is left as it is. The file appears whole or not at all.

    Raises:
        DossierError: it is empty or over 256 MB, or the folder cannot be written.
    """
    if not data or len(data) > _LARGEST:
        raise DossierError(
            f"附件 {name} 有 {len(data):,} 字节，应在 1 字节到 256 MB 之间，没有保存。",
            f"The attachment {name} has {len(data):,} bytes; it should have 1 byte to 256 MB. Not kept.",
        )
    digest = hashlib.sha256(data).hexdigest()
    ending = re.sub(r"[^A-Za-z0-9.]", "", Path(name).suffix)[:12].lower()
    folder = dossier / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        if next(folder.glob(f"{digest}*"), None) is None:
            write_whole(folder / f"{digest}{ending}", data)
    except OSError as error:
        raise DossierError(
            f"{folder} 写不进去：{error.strerror}。请检查文件夹和磁盘空间。",
            f"{folder} cannot be written: {error.strerror}. Check the folder and the disk.",
        ) from None
    return digest


def kept(dossier: Path, digest: str) -> Path | None:
    """The attached file with this SHA-256, or None where the dossier has none."""
    return next((dossier / FOLDER).glob(f"{digest}*"), None)
