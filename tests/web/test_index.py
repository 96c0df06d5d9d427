"""The index of a dossier after a change is what it would be if made from nothing, and only what differs was written."""

from __future__ import annotations

import pytest
from django.db import connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hengji.web.years.index import index_table
from hengji.web.years.models import Found, Indicator, Project


def rows(dossier):
    def plain(one):
        return {k: v for k, v in model_to_dict(one).items() if k not in ("id", "project", "dossier")}

    indicators = Indicator.objects.filter(project__dossier=dossier).order_by("project__number", "row")
    projects, found = dossier.projects.order_by("number"), dossier.findings.order_by("order")
    return (
        [plain(p) for p in projects],
        [(i.project.number, *plain(i).items()) for i in indicators.select_related("project")],
        [{k: v for k, v in model_to_dict(f).items() if k not in ("id", "dossier")} for f in found],
    )


def change(client, dossier, field, value, seen, row=1):
    url = reverse("cell", args=[dossier.pk, 1, row, field])
    said = {"seen": seen, "value": value, "kind": "correction", "why": "读错"}
    assert client.post(url, said).status_code == 302


def test_after_a_change_it_is_what_it_would_be_if_made_from_nothing(as_, fresh):
    project = fresh.projects.get(number=1)
    one = project.indicators.get(row=1)
    Indicator.objects.filter(project=project).update(value="1", status="ok")
    Project.objects.filter(pk=project.pk).update(outturn=3)
    change(as_("finance"), fresh, "annual_target", "良好", one.annual_target)
    change(as_("finance"), fresh, "name", "项目新名", project.name, row=0)
    made = rows(fresh)
    assert made[0][0]["outturn"] is None  # money goes by the project's name
    assert made[1][0][0] == 1
    kept = Indicator.objects.filter(project=project).exclude(row=1).first()
    assert (kept.value, kept.status) == ("1", "ok")
    assert Indicator.objects.get(project=project, row=1).value == ""
    Indicator.objects.filter(project__dossier=fresh).delete()
    Found.objects.filter(dossier=fresh).delete()
    Project.objects.filter(dossier=fresh).delete()
    fresh.refresh_from_db()
    index_table(fresh)
    again = rows(fresh)
    assert (again[0], again[2]) == (made[0], made[2])
    assert [(n, *(p for p in one if p[0] not in ("value", "status"))) for n, *one in again[1]] == [
        (n, *(p for p in one if p[0] not in ("value", "status"))) for n, *one in made[1]
    ]


@pytest.mark.django_db
def test_rows_that_do_not_differ_are_not_written(fresh):
    keys = set(Indicator.objects.filter(project__dossier=fresh).values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as asked:
        index_table(fresh)
    written = [q["sql"] for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(written) == 2  # the dossier's own row, and its counts
    assert all(sql.startswith('UPDATE "years_dossier"') for sql in written)
    assert set(Indicator.objects.filter(project__dossier=fresh).values_list("pk", flat=True)) == keys
