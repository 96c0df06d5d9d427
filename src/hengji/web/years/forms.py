"""The official forms on the page: what there is, shown as it prints, downloaded, or made a PDF in the background."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError
from hengji.dossier.office import office
from hengji.dossier.stored import newest
from hengji.model.evaluation import Stage
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.files import sent
from hengji.web.years.index import folder_of
from hengji.web.years.printing import OFFERED, files_of, offered
from hengji.web.years.tables import base, me, tell


@require_safe
@needs("forms")
def forms(request: HttpRequest, pk: int) -> HttpResponse:
    """All forms of the year: of the whole unit, and of the project that is looked at."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    projects = list(dossier.projects.all())
    said = request.GET.get("project", "1")
    one = next((p for p in projects if str(p.number) == said), projects[0] if projects else None)
    try:
        folder = folder_of(dossier)
        frozen = {stage.value for stage in Stage if newest(folder, stage) is not None}
    except DossierError as error:
        tell(request, error)
        frozen = set()
    rows = [(f, f.stage is None or f.stage.value in frozen) for f in OFFERED]
    given = {**base(request, dossier), "rows": rows, "projects": projects, "one": one, "office": office() is not None,
             "scored": Stage.SELF_EVALUATION.value in frozen}  # fmt: skip
    return render(request, "forms.html", given)


@require_safe
@needs("preview")
def preview(request: HttpRequest, pk: int, kind: str, project: int) -> HttpResponse:
    """A form as it prints (内容预览): the very html that is downloaded, in a frame."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    form = offered(kind)
    endings = form.each if project else form.whole
    if "html" not in endings:
        raise Http404
    given = {**base(request, dossier), "offered": form, "number": project, "endings": endings,
             "office": office() is not None and endings != ("html",)}  # fmt: skip
    return render(request, "preview.html", given)


@require_safe
@needs("form")
def form(request: HttpRequest, pk: int, kind: str, project: int, ending: str) -> HttpResponse:
    """An official form as a file; those of an evaluation from the one frozen last."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    name = f"{project}-{offered(kind).kind}.{ending}"
    try:
        files = files_of(dossier, kind, name)
    except DossierError as error:
        tell(request, error)
        return redirect("forms", pk=pk)
    if name not in files:
        raise Http404
    note(request, "print", name, dossier=dossier)
    return sent(files[name], name)


@require_POST
@needs("form_pdf")
def form_pdf(request: HttpRequest, pk: int, kind: str, project: int) -> HttpResponse:
    """A form as PDF, made in the background where LibreOffice is installed."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    name = f"{project}-{offered(kind).kind}"
    if office() is None:
        messages.error(
            request,
            "这台服务器没有装 LibreOffice，不能转 PDF；请在内容预览里打印，或下载 xlsx、docx。"
            if chinese() else "LibreOffice is not installed on this server; print the preview, or take the xlsx or docx.",
        )  # fmt: skip
        return redirect("forms", pk=pk)
    note(request, "print", f"{name}.pdf", dossier=dossier)
    return redirect("job", pk=ask("pdf", dossier, me(request), form=kind, name=name).pk)
