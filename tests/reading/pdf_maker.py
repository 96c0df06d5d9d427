"""Small PDFs for tests: text and ruled lines at given places, in a font of boxes, with its Unicode table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 595, 842


@dataclass
class Leaf:
    """A page: text as (x, y from above, size, words), lines as (x0, y0, x1, y1), y from above."""

    texts: list[tuple[float, float, float, str]] = field(default_factory=list)
    lines: list[tuple[float, float, float, float]] = field(default_factory=list)
    across: str = ""  # written over the page at half a right angle
    raw: str = ""  # further drawing, and what turns all of it

    def table(
        self,
        rows: Sequence[Sequence[str | None]],
        widths: Sequence[float],
        left: float = 50,
        top: float = 100,
        height: float = 30,
        *,
        filled: bool = False,
        closed: bool = True,
        double: bool = False,
    ) -> Leaf:
        """A ruled table; None goes on with the cell above, "" is empty; text is wrapped by character."""
        edges = [left + sum(widths[:k]) for k in range(len(widths) + 1)]
        for r, row in enumerate(rows):
            y = top + r * height
            for c, text in enumerate(row):
                if text is not None:
                    self.rule(edges[c], y, edges[c + 1], y, filled, double)
                    fits = max(1, int((widths[c] - 4) / 10))
                    for k in range(0, len(text or ""), fits):
                        self.texts.append((edges[c] + 2, y + 11 + 11 * (k // fits), 10, text[k : k + fits]))
                for x in edges[c : c + 2]:
                    if closed or x not in (edges[0], edges[-1]):
                        self.rule(x, y, x, y + height, filled, double)
        low = top + len(rows) * height
        self.rule(edges[0], low, edges[-1], low, filled, double)
        return self

    def rule(self, x0: float, y0: float, x1: float, y1: float, filled: bool = False, double: bool = False) -> None:
        if filled:
            self.raw += f"{x0} {HEIGHT - y1 - 0.3} {max(x1 - x0, 0.6)} {max(y1 - y0, 0.6)} re f\n"
        else:
            self.lines.append((x0, y0, x1, y1))
        if double:
            self.lines.append((x0 + 2 * (x0 == x1), y0 + 2 * (y0 == y1), x1 + 2 * (x0 == x1), y1 + 2 * (y0 == y1)))


def made(
    leaves: Sequence[Leaf],
    *,
    turned: int = 0,
    way: str = "",
    unicode_of: dict[str, str] | None = None,
    script: str = "",
) -> bytes:
    """The bytes of a PDF; `turned` is the /Rotate of its pages, `way` a matrix around their content."""
    objects: list[bytes] = [b"", b""]

    def add(body: str | bytes, stream: bytes | None = None) -> int:
        data = body.encode() if isinstance(body, str) else body
        if stream is not None:
            data = data[:-2] + b" /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream"
        objects.append(data)
        return len(objects)

    signs = sorted(
        {c for leaf in leaves for *_, words in leaf.texts for c in words} | {c for leaf in leaves for c in leaf.across}
    )
    code_of = {c: k for k, c in enumerate(signs, 1)}
    table = "\n".join(f"<{k:02X}> <{ord((unicode_of or {}).get(c, c)):04X}>" for c, k in code_of.items())
    chunks = "\n".join(
        f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar"
        for part in (table.split("\n")[k : k + 100] for k in range(0, len(signs), 100))
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <FF> endcodespacerange\n{chunks}\nendcmap end end"
    )
    to_unicode = add("<< >>", cmap.encode())
    glyphs = {w: add("<< >>", f"{w} 0 0 0 {w} 800 d1 0 0 {w - 100} 700 re f".encode()) for w in (500, 1000)}
    widths = {c: 500 if c.isascii() else 1000 for c in signs}
    font = add(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 -200 1000 800] /FontMatrix [0.001 0 0 0.001 0 0] /Resources << >> "
        f"/FirstChar 1 /LastChar {len(signs)} /Widths [{' '.join(str(widths[c]) for c in signs)}] "
        f"/Encoding << /Type /Encoding /Differences [1 {' '.join(f'/g{k}' for k in code_of.values())}] >> "
        f"/CharProcs << {' '.join(f'/g{k} {glyphs[widths[c]]} 0 R' for c, k in code_of.items())} >> "
        f"/ToUnicode {to_unicode} 0 R >>"
    )
    kids = []
    paper = (HEIGHT, WIDTH) if way.startswith("0 ") else (WIDTH, HEIGHT)
    for leaf in leaves:
        drawn = [f"q {way} cm" if way else "q", leaf.raw]
        drawn += [f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S" for x0, y0, x1, y1 in leaf.lines]
        for x, y, size, words in leaf.texts:
            code = "".join(f"{code_of[c]:02X}" for c in words)
            drawn.append(f"BT /F {size} Tf {x} {HEIGHT - y} Td <{code}> Tj ET")
        if leaf.across:
            code = "".join(f"{code_of[c]:02X}" for c in leaf.across)
            drawn.append(f"BT /F 40 Tf 0.7 0.7 -0.7 0.7 150 300 Tm <{code}> Tj ET")
        content = add("<< >>", "\n".join([*drawn, "Q"]).encode())
        kids.append(
            add(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {paper[0]} {paper[1]}] /Rotate {turned} /Contents {content} 0 R "
                f"/Resources << /Font << /F {font} 0 R >> >> >>"
            )
        )
    action = f"/OpenAction << /S /JavaScript /JS ({script}) >>" if script else ""
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {action} >>".encode()
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{k} 0 R' for k in kids)}] >>".encode()
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return out
