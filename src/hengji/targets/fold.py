"""Width folding: full-width digits, signs and punctuation to one form, one character for one.

Length never changes, so an offset in the folded text is an offset in the raw text. NFKC is not used: it turns ㎡ into
m2 and ½ into 1⁄2, which moves every offset behind it.
"""

from __future__ import annotations

_TABLE = {0xFF01 + k: 0x21 + k for k in range(94)}
for _wide, _plain in (
    ("≧⩾", "≥"), ("≦⩽", "≤"), ("﹥〉❯", ">"), ("﹤〈❮", "<"), ("═﹦", "="), ("—–−―‐‑─﹣﹘", "-"), ("〜∼˜", "~"), ("∕", "/"),
    ("﹪", "%"), ("\u3000\u00a0\u2002\u2003\u2009\t", " "), ("﹢", "+"), ("﹐", ","), ("﹔", ";"), ("﹕", ":"), ("㎥", "㎥"),
):  # fmt: skip
    _TABLE |= {ord(character): ord(_plain) for character in _wide}


def fold(text: str) -> str:
    """The text with one form of each digit, sign and mark; as long as it was."""
    return text if text.isascii() else text.translate(_TABLE)
