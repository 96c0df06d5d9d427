"""Which cell of a row is what: by the headings where the row keeps to them, else by content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hengji.model.finding import Place
from hengji.reading.cells import Cell
from hengji.reading.headings import MONEY
from hengji.reading.money import amount, is_formula, is_nothing
from hengji.reading.packed import looks_packed
from hengji.reading.tie_out import columns_for

_TEXTS = ("project_code", "name", "supervising_department", "fund_user", "whole_term_objective", "objective", "remark")


@dataclass(slots=True)
class Row:
    """A row with its cells under their roles; `left` fit nowhere, `unsure` tells that money was assigned by order."""

    cells: dict[str, Cell]
    left: list[tuple[str, Cell]] = field(default_factory=list)
    unsure: bool = False
    units: list[tuple[str, Place, bool]] = field(default_factory=list)  # printed beside amounts; True for the first

    def text(self, role: str) -> str | None:
        """The text under a role; None where the cell is missing, empty or a dash."""
        cell = self.cells.get(role)
        return None if cell is None or is_nothing(cell.text) else cell.text


def read_row(
    cells: Sequence[Cell], roles: Sequence[str | None], headings: Sequence[Cell], printed: Sequence[str]
) -> Row:
    """A row under its headings. `printed` are the money columns in which the total row has a figure."""
    if len(cells) > len(roles):
        end = len(cells)
        while end > len(roles) and not cells[end - 1].text:
            end -= 1
        cells = cells[:end]
    if _keeps_columns(cells, roles):
        row = Row({})
        for cell, role, heading in zip(cells, roles, headings, strict=False):
            if role is None or role in row.cells:
                if not is_nothing(cell.text):
                    row.left.append((heading.text, cell))
            else:
                row.cells[role] = cell
        return row
    return _by_content(cells, roles, printed)


def _keeps_columns(cells: Sequence[Cell], roles: Sequence[str | None]) -> bool:
    if len(cells) > len(roles):
        return False
    for cell, role in zip(cells, roles, strict=False):
        text = cell.text
        if not text:
            continue
        if role in MONEY:
            if not (is_nothing(text) or amount(text) or is_formula(text)):
                return False
        elif role == "indicators":
            if amount(text):
                return False
        elif role in ("objective", "whole_term_objective") and (amount(text) or looks_packed(text)):
            return False
    return True


def _by_content(cells: Sequence[Cell], roles: Sequence[str | None], printed: Sequence[str]) -> Row:
    """Amounts in a run are money, the packed cell holds the indicators, other texts follow the headings' order."""
    row = Row({})
    packed = next((k for k in range(len(cells) - 1, 0, -1) if looks_packed(cells[k].text)), None)
    money = _money_run(cells, packed)
    taken_by = {*money, packed}
    words = [(k, c) for k, c in enumerate(cells) if k not in taken_by and not is_nothing(c.text)]
    if words and "number" in roles and roles.index("number") == 0 and words[0][1].text.isdigit():
        words = words[1:]
    texts = [c for _, c in words]
    if packed is not None:
        row.cells["indicators"] = cells[packed]
    wanted = [r for r in roles if r in _TEXTS]
    if len(texts) >= len(wanted):
        pairs = list(zip(wanted, texts, strict=False))
    else:
        # Fewer texts than columns: the first is the name, one behind the money is the objective.
        behind = [c for k, c in words[1:] if not money or k > money[-1]]
        pairs = [("name", t) for t in texts[:1]] + [("objective", t) for t in behind[-1:]]
    row.cells.update(pairs)
    taken = {id(cell) for _, cell in pairs}
    row.left += [("", c) for c in texts if id(c) not in taken]
    columns = list(dict.fromkeys(r for r in roles if r in MONEY))
    values = [amount(cells[k].text) for k in money]
    places, certain = columns_for([v.value if v else None for v in values], columns, printed)
    for k, column in zip(money, places, strict=True):
        if column >= 0 and column < len(columns):
            row.cells[columns[column]] = cells[k]
        elif not is_nothing(cells[k].text):
            row.left.append(("", cells[k]))
    row.unsure = not certain
    return row


def _money_run(cells: Sequence[Cell], packed: int | None) -> list[int]:
    """The cells from the first amount on that are amounts, formulas or empty."""
    stop = len(cells) if packed is None else packed
    first = next((k for k in range(1, stop) if amount(cells[k].text) or is_formula(cells[k].text)), None)
    if first is None:
        return []
    last = first
    while last + 1 < stop and (
        is_nothing(cells[last + 1].text) or amount(cells[last + 1].text) or is_formula(cells[last + 1].text)
    ):
        last += 1
    return list(range(first, last + 1))
