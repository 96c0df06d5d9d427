"""One unit's year as a plain folder, and the whole product over it in one call."""

from hengji.dossier.attachments import keep, kept
from hengji.dossier.changes import CHANGES, Change, ChangeLog
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier, create, open_dossier
from hengji.dossier.given import KINDS, GivenKind, entry, scope
from hengji.dossier.in_force import table_in_force, waivers_in_force
from hengji.dossier.printing import FormKind, printed
from hengji.dossier.reviewed import Reviewed, review_dossier, review_table

__all__ = [
    "CHANGES",
    "KINDS",
    "Change",
    "ChangeLog",
    "Dossier",
    "DossierError",
    "FormKind",
    "GivenKind",
    "Reviewed",
    "create",
    "entry",
    "keep",
    "kept",
    "open_dossier",
    "printed",
    "review_dossier",
    "review_table",
    "scope",
    "table_in_force",
    "waivers_in_force",
]
