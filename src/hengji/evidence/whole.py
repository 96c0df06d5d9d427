"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from hengji.evidence.chain import sync_folder


def write_whole(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put bytes at a path: on disk under that name when this returns, or the old file stands as it stood.

    Only the owner may read a file made so unless `mode` says otherwise, and no draft is left behind but by a kill.

    Raises:
        OSError: the folder cannot be written, or the disk is full.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
    draft = Path(name)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - the handle is open already
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        draft.replace(path)
        sync_folder(path.parent)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
        raise
