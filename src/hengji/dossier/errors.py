"""What goes wrong with a dossier folder, in one sentence in each language."""

from __future__ import annotations


class DossierError(Exception):
    """A folder that cannot be used as it stands: what, where, why, what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en
