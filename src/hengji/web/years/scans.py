"""Sealed scans (盖章件) filed with the form they are of, kept in the dossier by their digest."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError, GivenKind, entry, keep, kept, table_in_force
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier
from hengji.web.years.tables import me, tell

KINDS = {b"%PDF": ("pdf", "application/pdf"), b"\x89PNG": ("png", "image/png"), b"\xff\xd8\xff": ("jpg", "image/jpeg")}
"""What a scan may be, by its first bytes."""
MOST = 32 * 1024 * 1024


class Scan(NamedTuple):
    """A filed scan: what it is of, its file as named by who filed it, its digest, who and when."""

    why: str
    file: str
    digest: str
    by: str
    at: str


def scans_of(dossier: Dossier) -> list[Scan]:
    """The scans filed with a dossier, the newest first."""
    changes = folder_of(dossier).changes.read()
    found = [
        Scan(c.why, str(c.new["file"]), str(c.new["attachment"]), c.by, f"{c.at:%Y-%m-%d %H:%M}")
        for c in changes
        if c.kind == GivenKind.ATTACHMENT
    ]
    return found[::-1]


def attested(dossier: Dossier) -> list[dict[str, Any]]:
    """What people attested in a dossier, as it was given, the newest first."""
    return [c.new for c in folder_of(dossier).changes.read() if c.kind == GivenKind.ATTESTATION][::-1]


@require_POST
@needs("scan")
def file_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """File the sealed scan of a form."""
    dossier, of = dossier_for(me(request), pk, Act.MANAGE), request.POST.get("of", "").strip()[:200]
    file = request.FILES.get("file")
    data = file.read() if file is not None and (file.size or 0) <= MOST else b""
    if file is None or not any(data.startswith(head) for head in KINDS):
        said = "盖章件应为 32 MB 以内的 PDF、PNG 或 JPG，没有归档。"
        messages.error(
            request, said if chinese() else "A scan is a PDF, PNG or JPG of at most 32 MB; nothing was filed."
        )
        return redirect("evaluations", pk=pk)
    folder, now, name = folder_of(dossier), timezone.localtime(), str(file.name)
    try:
        table = table_in_force(folder.table, folder.changes.read(), now.date())
        kind, old, new = entry(table, GivenKind.ATTACHMENT, {"file": name}, now.date())
        new["attachment"] = keep(folder.folder, data, name)
        why = f"盖章件：{of or '未注明'}"
        folder.changes.append([(kind, old, new)], by=str(me(request)), why=why, at=now)
    except DossierError as error:
        tell(request, error)
    else:
        note(request, "scan", f"{of} {name}", dossier=dossier, after=str(new["attachment"]))
        messages.success(request, "已归档。" if chinese() else "Filed.")
    return redirect("evaluations", pk=pk)


@require_safe
@needs("attachment")
def attachment(request: HttpRequest, pk: int, digest: str) -> HttpResponse:
    """A filed scan, or the file of an attestation, as a download."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    if digest not in {s.digest for s in scans_of(dossier)} | {a["attachment"] for a in attested(dossier)}:
        raise Http404
    path = kept(dossier.folder, digest)
    if path is None:
        raise Http404
    data = path.read_bytes()
    ending, media = next((k for head, k in KINDS.items() if data.startswith(head)), ("bin", "application/octet-stream"))
    note(request, "download", digest, dossier=dossier)
    response = HttpResponse(data, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{digest[:12]}.{ending}"'
    return response
