"""What goes wrong with the law: asked for something that is not there, or a pack that contradicts itself."""

from __future__ import annotations


class LawError(LookupError):
    """No such pack, key or document, or nothing in force on the date. `reason` is pack, key, date or document."""

    def __init__(self, reason: str, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.reason = reason
        self.zh = zh
        self.en = en


class PackError(ValueError):
    """A pack or the list of documents cannot be used; the sentence names the file and the key."""

    def __init__(self, file: str, key: str, zh: str, en: str) -> None:
        super().__init__(f"{file}：{key}：{zh} / {file}: {key}: {en}")
        self.file = file
        self.key = key
        self.zh = zh
        self.en = en
