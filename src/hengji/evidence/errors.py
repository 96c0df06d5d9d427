"""What stops work on registers: a file that cannot be taken at all, a store that was altered."""

from __future__ import annotations


class EvidenceError(Exception):
    """Records that cannot be taken or read as they stand: what was seen, where, why it matters, what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
