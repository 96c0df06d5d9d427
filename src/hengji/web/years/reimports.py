"""A corrected document of a table that is there: its differences are shown first, and written only when confirmed."""

from __future__ import annotations

import hashlib
import re
import shutil
import uuid
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hengji.dossier import DossierError, create, table_in_force
from hengji.dossier.opening import read_document
from hengji.dossier.redelivered import Redelivered, as_entries, compared_tables
from hengji.model.table import Status
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import locked
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.given import give_all
from hengji.web.years.index import folder_of, index_table
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me

_NAME = re.compile(r"\d+-[0-9a-f]{32}(\.[A-Za-z0-9]{1,8})?")
_KEPT = 24 * 3600
"""How many seconds an upload waits to be confirmed."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("reimport")
def reimport(request: HttpRequest, pk: int) -> HttpResponse:
    """Upload → differences → confirm. A table not yet confirmed is replaced; a confirmed one gets corrections."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    given = {**base(request, dossier), "locked": locked(dossier, Subject.TARGETS), "why": request.POST.get("why", "")}
    if request.method != "POST":
        return render(request, "reimport.html", given)
    try:
        path, file = _waiting(request, dossier)
        found, digest = _compared(dossier, path, file)
        given |= {"found": found, "differing": any(found), "token": path.name, "file": file, "digest": digest, "changes": len(folder_of(dossier).changes.read()),
                  "refused": _refusal(dossier, found)}  # fmt: skip
        if "confirm" not in request.POST:
            if given["refused"] or not any(found):
                path.unlink(missing_ok=True)  # there is nothing to confirm
            return render(request, "reimport.html", given)
        if request.POST.get("digest") != digest:
            raise DossierError(
                "目标表在您核对期间又有改动，没有写入。请重新核对下面的差异。",
                "The table changed meanwhile; nothing was written. Look again.",
            )
        if (why_not := given["refused"]) is not None:
            raise DossierError(*why_not)
        if not any(found):
            raise DossierError("没有差异，没有写入。", "Nothing differs; nothing was written.")
        _written(dossier, path.read_bytes(), file, found, request)
    except DossierError as error:
        return render(request, "reimport.html", {**given, "trouble": error}, status=422)
    path.unlink(missing_ok=True)
    note(request, "reimport", file, dossier=dossier, after=f"{len(found.cells)} + {len(found.rows) + len(found.other)}")
    if dossier.confirmed_at and dossier.computed_as_of:
        ask("compute", dossier, me(request))
    messages.success(request, "已写入。" if chinese() else "Written.")
    return redirect("table" if dossier.confirmed_at else "proof", pk=pk)


def _waiting(request: HttpRequest, dossier: Dossier) -> tuple[Path, str]:
    """The uploaded file on disk with its own name: the one just sent, or the one that was looked at before."""
    settings.WAITING.mkdir(parents=True, exist_ok=True)
    token, upload = request.POST.get("token", ""), request.FILES.get("file")
    if token:
        path = settings.WAITING / token
        if not _NAME.fullmatch(token) or not token.startswith(f"{dossier.pk}-") or not path.is_file():
            raise DossierError(
                "上传的文件已不在，没有写入。请重新上传。", "The upload is gone; nothing was written. Upload it again."
            )
        return path, request.POST.get("name", "")[:200] or token
    if upload is None or not upload.name or (upload.size or 0) > settings.UPLOAD_MAX:
        raise DossierError(
            f"请选择一个不超过 {settings.UPLOAD_MAX // 1024 // 1024} MB 的文件。",
            "Choose a document that is not too large.",
        )
    for old in settings.WAITING.glob("*-*"):
        if _NAME.fullmatch(old.name) and timezone.now().timestamp() - old.stat().st_mtime > _KEPT:
            old.unlink(missing_ok=True)
    ending = re.sub(r"[^A-Za-z0-9.]", "", Path(str(upload.name)).suffix)[:9]
    path = settings.WAITING / f"{dossier.pk}-{uuid.uuid4().hex}{ending if len(ending) > 1 else ''}"
    path.write_bytes(upload.read())
    return path, str(upload.name)


def _compared(dossier: Dossier, path: Path, file: str) -> tuple[Redelivered, str]:
    folder = folder_of(dossier)
    new = read_document(path.read_bytes(), file)
    if new.status is Status.REFUSED:
        path.unlink(missing_ok=True)
        raise DossierError(new.findings[0].zh, new.findings[0].en)
    if new.fiscal_year not in (None, dossier.year):
        raise DossierError(
            f"文件写明是 {new.fiscal_year} 年度，这里是 {dossier.year} 年度，没有写入。",
            f"The document is of {new.fiscal_year}, not {dossier.year}.",
        )
    found = compared_tables(table_in_force(folder.table, folder.changes.read(), timezone.localdate()), new)
    return found, hashlib.sha256(repr(found).encode()).hexdigest()


def _refusal(dossier: Dossier, found: Redelivered) -> tuple[str, str] | None:
    """Why these differences cannot be written; None where they can."""
    if dossier.confirmed_at is None:
        return None
    if locked(dossier, Subject.TARGETS):
        return (
            "绩效目标已送审或已批复，不能重新导入；经批准的调整请按“目标调整”逐格办理，并写明批准文件。",
            "The targets are under way or approved, and locked; enter approved changes cell by cell.",
        )
    if found.other:
        return (
            "这些差异写不成更正：有内容在文件里没有了，或同一项目里序号重复。没有写入。请核对是否传错了文件。",
            "Some differences cannot be entered: contents are gone from the document, or numbers occur twice. Nothing was written.",
        )
    return None


def _written(dossier: Dossier, data: bytes, file: str, found: Redelivered, request: HttpRequest) -> None:
    if dossier.confirmed_at is None:
        _replaced(dossier, data, file)
        return
    with transaction.atomic():
        Dossier.objects.select_for_update().get(pk=dossier.pk)
        give_all(dossier, as_entries(found), by=me(request), why=request.POST.get("why", ""), file=(data, file))


def _replaced(dossier: Dossier, data: bytes, file: str) -> None:
    """The table of an unconfirmed year from another document: a folder of its own, and the row turns to it at once."""
    old, key = dossier.folder, uuid.uuid4().hex
    create(data, Path(file).name, settings.DOSSIERS / key, year=dossier.year, pack=dossier.pack)
    try:
        with transaction.atomic():
            dossier.key = key
            dossier.save(update_fields=["key"])
            index_table(dossier)
    except DossierError:
        shutil.rmtree(settings.DOSSIERS / key, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
