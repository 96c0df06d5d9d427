"""An empty store and a short way to put text into it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from hengji.evidence.store import Imported, Store

AT = datetime.datetime(2024, 12, 31, 9)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """The evidence folder of a dossier, empty."""
    return Store(tmp_path / "evidence")


@pytest.fixture
def put(store: Store) -> Callable[..., Imported]:
    """Import text or bytes into a register."""

    def go(register: str, content: str | bytes, **more: Any) -> Imported:
        data = content.encode() if isinstance(content, str) else content
        return store.add_file(register, data, **{"file": "given.csv", "at": AT, **more})

    return go


@pytest.fixture
def held(store: Store) -> Callable[[str], list[dict[str, Any]]]:
    """All stored rows of a register, all versions, in order."""

    def go(register: str) -> list[dict[str, Any]]:
        return [row for batch in store.batches(register) for row in pq.read_table(batch.path).to_pylist()]

    return go
