"""The documents of law and practice that entries and findings cite (documents.toml)."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from hengji.legislation.errors import LawError, PackError
from hengji.model.finding import Citation

_FILE = "documents.toml"


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `number` is empty for practice without a paper; dates None: no beginning or no end known."""

    id: str
    number: str
    title: str
    issuer: str
    date: datetime.date | None
    in_force_from: datetime.date | None
    in_force_to: datetime.date | None
    verified: bool
    note: str

    def in_force(self, on: datetime.date) -> bool:
        """Whether the document holds on a date (both ends included)."""
        return (self.in_force_from is None or self.in_force_from <= on) and (
            self.in_force_to is None or on <= self.in_force_to
        )


@cache
def documents() -> Mapping[str, Document]:
    """All known documents by id.

    Raises:
        PackError: the file lacks a field or a document ends before it begins.
    """
    return read_documents(files(__package__).joinpath(_FILE).read_text("utf-8"))


def read_documents(text: str, file: str = _FILE) -> dict[str, Document]:
    """The documents in the text of a documents.toml, checked."""
    found: dict[str, Document] = {}
    for key, fields in tomllib.loads(text).items():
        try:
            document = Document(
                key, fields["number"], fields["title"], fields["issuer"], fields.get("date"),
                fields.get("in_force_from"), fields.get("in_force_to"), fields["verified"], fields.get("note", ""),
            )  # fmt: skip
        except KeyError as missing:
            raise PackError(file, key, f"缺少 {missing}", f"lacks {missing}") from None
        if document.in_force_from and document.in_force_to and document.in_force_to < document.in_force_from:
            raise PackError(file, key, "失效日期早于施行日期", "ends before it begins")
        found[key] = document
    return found


def document(document_id: str) -> Document:
    """One document by its id.

    Raises:
        LawError: no such document.
    """
    try:
        return documents()[document_id]
    except KeyError:
        raise LawError("document", f"没有文件 {document_id}", f"no document {document_id}") from None


def cite(document_id: str, topic: str, *, verified: bool = False) -> Citation:
    """A citation of a topic in a document. `verified` only where the topic itself was checked, not the title alone.

    Raises:
        LawError: no such document.
    """
    found = document(document_id)
    return Citation(found.number, found.title, topic, verified)
