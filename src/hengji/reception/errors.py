"""What cannot be opened or done with what was received."""

from __future__ import annotations


class GatewayError(Exception):
    """Says in both languages what was seen, where, and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en
