"""The law as dated data: weights, cut-offs, bands, months and the limits of review practice, asked by key and date.

    law("self_evaluation.weights", pack="national-2020", on=datetime.date(2024, 1, 1)).numbers

Packs layer: what a pack does not say holds as in its base. No article number stands anywhere, because none was
checked against the official text.
"""

from hengji.legislation.documents import Document, cite, document, documents, read_documents
from hengji.legislation.errors import LawError, PackError
from hengji.legislation.law import Law, law
from hengji.legislation.packs import Entry, Pack, Value, pack_named, packs, read_pack

__all__ = [
    "Document", "Entry", "Law", "LawError", "Pack", "PackError", "Value", "cite", "document", "documents", "law",
    "pack_named", "packs", "read_documents", "read_pack",
]  # fmt: skip
