"""The check sum of HJ 212: the standard's own steps, and a fast form that gives the same.

It is no Modbus CRC, though the polynomial is the same. Only its high byte is carried from byte to byte, and the map
M(x) = T[x] >> 8 that carries it is linear with M⁸ = identity. So the sum has 256 values, depends on nothing but the XOR
of the bytes at equal places modulo 8, and proves nothing about tampering: two bytes 8 apart may be exchanged.
Source: HJ 212-2017 appendix A, the same steps as in HJ/T 212-2005.
"""

from __future__ import annotations


def standard(data: bytes) -> int:
    """The sum of a data segment, bit by bit as the standard tells it."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def modbus(data: bytes) -> int:
    """The sum that home-made devices send by mistake."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def _table() -> tuple[int, ...]:
    rows = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
        rows.append(value)
    return tuple(rows)


TABLE = _table()


def _powers() -> tuple[tuple[int, ...], ...]:
    rows = [tuple(range(256))]
    for _ in range(7):
        rows.append(tuple(TABLE[x] >> 8 for x in rows[-1]))
    return tuple(rows)


POWERS = _powers()
"""M⁰ … M⁷ as tables: what a byte that stands k places before the end does to the last index."""
START = tuple(POWERS[(length - 1) % 8][0xFF] for length in range(8))
"""What the start value 0xFFFF does to the last index, by the length modulo 8."""
_PAIRS = tuple(
    bytes(low[x & 255] ^ high[x >> 8] for x in range(65536))
    for low, high in zip(POWERS[::2], POWERS[1::2], strict=True)
)


def index(data: bytes) -> int:
    """The last index into `TABLE`, from which the sum follows; 8 bits that stand for the whole sum.

    The segment is one large number; folding it upon itself leaves the XOR of its 8-byte words. Data is not empty.
    """
    length = len(data)
    word = int.from_bytes(data, "big")
    if length > 128:
        if length > 256:
            shift = 2048
            while shift < length * 4:
                shift *= 2
            while shift > 1024:
                word ^= word >> shift
                shift >>= 1
        word ^= word >> 1024
    word ^= word >> 512
    word ^= word >> 256
    word ^= word >> 128
    word ^= word >> 64
    first, second, third, fourth = _PAIRS
    return (
        first[word & 0xFFFF]
        ^ second[word >> 16 & 0xFFFF]
        ^ third[word >> 32 & 0xFFFF]
        ^ fourth[word >> 48 & 0xFFFF]
        ^ START[length & 7]
    )


def fast(data: bytes) -> int:
    """The same sum as `standard`, at one or two microseconds a packet."""
    return TABLE[index(data)] if data else 0xFFFF


def digits(data: bytes) -> str:
    """The sum as it is printed: four hexadecimal digits, high byte first."""
    return f"{fast(data):04X}"
