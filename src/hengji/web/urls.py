"""All pages. Each name stands in `access.ROUTES` or `access.OPEN`."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.views.i18n import set_language

from hengji.web import drafts, troubles
from hengji.web.flow import views as flow
from hengji.web.jobs import views as jobs
from hengji.web.people import accounts, grants
from hengji.web.people import views as people
from hengji.web.surveys import views as surveys
from hengji.web.years import (
    attestations,
    bindings,
    charts,
    evaluations,
    figures,
    forms,
    grid,
    imports,
    records,
    reimports,
    reviews,
    scans,
    tables,
    units,
    writing,
)

handler500 = troubles.broken
handler400 = troubles.not_understood
urlpatterns: list[URLPattern] = [
    path("", flow.home, name="home"),
    path("sign-in", people.SignIn.as_view(), name="sign_in"),
    path("sign-out", people.sign_out, name="sign_out"),
    path("language", set_language, name="set_language"),
    path("draft", drafts.draft, name="draft"),
    path("health", people.health, name="health"),
    path("years", tables.years, name="years"),
    path("units", units.units, name="units"),
    path("years/import", imports.upload, name="import"),
    path("years/<int:pk>/proof", imports.proof, name="proof"),
    path("years/<int:pk>/reimport", reimports.reimport, name="reimport"),
    path("years/<int:pk>/confirm", imports.confirm, name="confirm"),
    path("years/<int:pk>/discard", imports.discard, name="discard"),
    path("years/<int:pk>", tables.table, name="table"),
    path("years/<int:pk>/grid", grid.grid, name="grid"),
    path("years/<int:pk>/grid/check", grid.check, name="grid_check"),
    path("years/<int:pk>/cell/<int:project>/<int:row>/<slug:field>", tables.cell, name="cell"),
    path("years/<int:pk>/figure/<int:project>/<int:row>", figures.figure, name="figure"),
    path("years/<int:pk>/figure/<int:project>/<int:row>/rows.csv", figures.rows, name="figure_rows"),
    path("years/<int:pk>/figure/<int:project>/<int:row>/attest", attestations.attest, name="attest"),
    path("years/<int:pk>/findings", reviews.findings, name="findings"),
    path("years/<int:pk>/findings/decide", reviews.decide, name="decide"),
    path("years/<int:pk>/opinion/<int:project>", reviews.opinion, name="opinion"),
    path("years/<int:pk>/review/<int:project>", reviews.review_form, name="review_form"),
    path("years/<int:pk>/bindings/<int:project>", bindings.bindings, name="bindings"),
    path("years/<int:pk>/registers", records.registers_of, name="registers"),
    path("years/<int:pk>/registers/<slug:name>", records.register_page, name="register"),
    path("years/<int:pk>/registers/<slug:name>/rows", records.register_rows, name="register_rows"),
    path("years/<int:pk>/registers/<slug:name>/template", records.template, name="register_template"),
    path("years/<int:pk>/registers/<slug:name>/upload", records.upload, name="register_upload"),
    path("years/<int:pk>/registers/<slug:name>/faults/<slug:digest>.xlsx", records.faults, name="register_faults"),
    path("years/<int:pk>/surveys", surveys.surveys, name="surveys"),
    path("years/<int:pk>/surveys/<int:survey>", surveys.survey, name="survey"),
    path("years/<int:pk>/surveys/<int:survey>/paper", surveys.paper, name="survey_paper"),
    path("years/<int:pk>/surveys/<int:survey>/close", surveys.close, name="survey_close"),
    path("s/<str:token>", surveys.answer, name="answer"),
    path("years/<int:pk>/evaluations", evaluations.evaluations, name="evaluations"),
    path("years/<int:pk>/evaluate", evaluations.ask_evaluation, name="evaluate"),
    path("years/<int:pk>/evaluations/<slug:stage>/<int:project>", evaluations.evaluation, name="evaluation"),
    path("years/<int:pk>/evaluations/<slug:stage>/<int:project>/writing", writing.writing, name="writing"),
    path("years/<int:pk>/forms", forms.forms, name="forms"),
    path("years/<int:pk>/forms/<slug:kind>/<int:project>", forms.preview, name="preview"),
    path("years/<int:pk>/forms/<slug:kind>/<int:project>/pdf", forms.form_pdf, name="form_pdf"),
    path("years/<int:pk>/forms/<slug:kind>/<int:project>.<slug:ending>", forms.form, name="form"),
    path("years/<int:pk>/verify", evaluations.ask_verification, name="verify"),
    path("years/<int:pk>/scans", scans.file_scan, name="scan"),
    path("years/<int:pk>/attachments/<slug:digest>", scans.attachment, name="attachment"),
    path("years/<int:pk>/charts", charts.charts, name="charts"),
    path("years/<int:pk>/months", charts.ask_months, name="months"),
    path("years/<int:pk>/unit", tables.unit, name="unit"),
    path("years/<int:pk>/cases/<slug:subject>", flow.case, name="case"),
    path("years/<int:pk>/cases/<slug:subject>/move", flow.move_case, name="move"),
    path("years/<int:pk>/cases/<slug:subject>/deadline", flow.set_deadline, name="deadline"),
    path("years/<int:pk>/grants", grants.grants, name="grants"),
    path("years/<int:pk>/acts", flow.acts, name="acts"),
    path("jobs/<int:pk>", jobs.job, name="job"),
    path("jobs/<int:pk>/cancel", jobs.cancel, name="job_cancel"),
    path("jobs/<int:pk>/file", jobs.file, name="job_file"),
    path("help", people.help_index, name="help"),
    path("help/<slug:code>", people.help_page, name="help_page"),
    path("environment", people.environment, name="environment"),
    path("accounts", accounts.accounts, name="accounts"),
    path("accounts/<int:pk>", accounts.account, name="account"),
    path("organisations", accounts.organisations, name="organisations"),
    path("organisations/<int:pk>", accounts.organisation, name="organisation"),
    path("roles", accounts.roles, name="roles"),
    path("roles/<int:pk>", accounts.person, name="person"),
    path("password", accounts.password, name="password"),
    path("log", flow.log, name="log"),
]
