"""Any document → grids of cells that keep their place → projects and indicators."""

from hengji.reading.contract import finding_json, read_json
from hengji.reading.encoding import Decoded, decode
from hengji.reading.faults import FAULTS
from hengji.reading.grid import Grid, Paragraph
from hengji.reading.read import Explained, explained, read, refused_table

__all__ = [
    "FAULTS", "Decoded", "Explained", "Grid", "Paragraph", "decode", "explained", "finding_json", "read",
    "read_json", "refused_table",
]  # fmt: skip
