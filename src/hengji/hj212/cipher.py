"""Encryption of CP as clients of HJ 212-2025 do it. UNVERIFIED: the text of its appendix A was not read.

Blocks of 16 characters are encrypted without padding, what is left at the end stays clear, and CRC and length are made
before. On the wire: CP=&&{0xE4,0x3E,…}tail&&. The appendix names no algorithm there; which one, and in which mode, is
the business of whoever hands in a `Cipher` (SM4 is the option that clients offer).
"""

from __future__ import annotations

import re
from typing import Protocol

VERIFIED = False
BLOCK = 16
_SEALED = re.compile(r"\{((?:0[xX][0-9A-Fa-f]{2}(?:,|(?=\})))+)\}")


class Cipher(Protocol):
    """Encrypts and decrypts whole blocks of 16 bytes for one device; may raise ValueError where a key does not fit."""

    def encrypt(self, blocks: bytes) -> bytes:
        """As many bytes as it was given."""

    def decrypt(self, blocks: bytes) -> bytes:
        """As many bytes as it was given."""


def is_sealed(content: str) -> bool:
    """Whether what stands between the && marks is encrypted."""
    return content.startswith("{0") and _SEALED.match(content) is not None


def opened(content: str, cipher: Cipher) -> bytes | None:
    """The bytes that were encrypted, or None where they cannot be decrypted."""
    sealed = _SEALED.match(content)
    if sealed is None:
        return None
    blocks = bytes(int(byte, 16) for byte in sealed[1].split(",") if byte)
    try:
        return cipher.decrypt(blocks) + content[sealed.end() :].encode()
    except ValueError:
        return None


def sealed(content: bytes, cipher: Cipher) -> bytes:
    """The content as it goes on the wire; shorter than a block it stays clear."""
    whole = len(content) - len(content) % BLOCK
    if not whole:
        return content
    hidden = ",".join(f"0x{byte:02X}" for byte in cipher.encrypt(content[:whole]))
    return b"{" + hidden.encode() + b"}" + content[whole:]
