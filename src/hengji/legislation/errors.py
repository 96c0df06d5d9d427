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
    """A pack or the list of documents cannot be used; the sentence names the layer, the file and the key."""

    def __init__(self, file: str, key: str, zh: str, en: str, layer: str = "") -> None:
        over_zh, over_en = (f"规则包“{layer}”：", f"pack {layer}: ") if layer else ("", "")
        super().__init__(f"{over_zh}{file}：{key}：{zh} / {over_en}{file}: {key}: {en}")
        self.file = file
        self.key = key
        self.zh = zh
        self.en = en
        self.layer = layer

    def of(self, layer: str) -> PackError:
        """The same of a layer; a layer below that was named already stays."""
        return PackError(self.file, self.key, self.zh, self.en, self.layer or layer)
