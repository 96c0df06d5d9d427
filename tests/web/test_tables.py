"""Importing with proof, the table, its cells, its findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.web.people.models import Kind, Membership, Organisation, User, founded
from hengji.web.years.models import Dossier, Indicator, Project

TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"


@pytest.fixture
def unit(db):
    made = founded("新单位", Kind.UNIT, Organisation.objects.get(name="主管局"))
    Membership.objects.create(user=User.objects.get(username="finance"), organisation=made, role="finance")
    return made


def upload(client, unit, data: bytes, name: str, **fields):
    fields = {"year": "2024", **fields}
    return client.post(
        reverse("import"), {"unit": unit.pk, "file": SimpleUploadedFile(name, data), **fields}, follow=True
    )


def test_what_was_read_stands_beside_the_document_and_each_side_leads_to_the_other(as_, unit):
    page = upload(as_("finance"), unit, TABLE.read_bytes(), "公布表.txt").content.decode()
    sources, reads = set(re.findall(r'id="s-([\w-]+)"', page)), set(re.findall(r'id="r-([\w-]+)"', page))
    assert set(re.findall(r'href="#s-([\w-]+)"', page)) <= sources
    targets = {r for r in reads if r.endswith("annual_target")}
    assert len(targets) == 139
    assert targets <= sources
    assert '<a class="src" id="s-1-1-annual_target" href="#r-1-1-annual_target">车2台</a>' in page


def test_each_cell_of_a_pdf_leads_to_what_was_read_of_it_page_by_page(as_, unit):
    document = Path(__file__).parents[1] / "data" / "pdf" / "zp_ruled.pdf"
    page = upload(as_("finance"), unit, document.read_bytes(), "自评表.pdf").content.decode()
    sources = re.findall(r'id="(s-1-\d+-annual_target)"', page)
    assert sources == [f"s-1-{n}-annual_target" for n in range(1, 20)]


def test_nobody_else_sees_an_import_before_it_is_confirmed(as_, unit):
    upload(as_("finance"), unit, TABLE.read_bytes(), "t.txt")
    made = Dossier.objects.get(organisation=unit)
    assert as_("fiscal").get(reverse("table", args=[made.pk])).status_code == 404
    as_("finance").post(reverse("confirm", args=[made.pk]))
    assert as_("fiscal").get(reverse("table", args=[made.pk])).status_code == 200


def test_a_discarded_import_leaves_neither_row_nor_folder(as_, unit):
    upload(as_("finance"), unit, TABLE.read_bytes(), "t.txt")
    made = Dossier.objects.get(organisation=unit)
    as_("finance").post(reverse("discard", args=[made.pk]))
    assert not Dossier.objects.filter(organisation=unit).exists()
    assert not made.folder.exists()


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.txt"), (b"\x00\xff" * 300, "a.xlsx"), (b"PK\x03\x04junk", "b.docx"), ("没有表".encode(), "c.txt")],
)
def test_a_document_that_cannot_be_read_is_refused_with_the_reason_and_nothing_is_kept(as_, unit, data, name):
    before = set(settings.DOSSIERS.iterdir())
    answer = upload(as_("finance"), unit, data, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not Dossier.objects.filter(organisation=unit).exists()
    assert set(settings.DOSSIERS.iterdir()) == before


def test_a_second_table_of_one_year_is_refused_and_leaves_nothing(as_, own):
    before = set(settings.DOSSIERS.iterdir())
    answer = upload(as_("finance"), own.organisation, TABLE.read_bytes(), "t.txt")
    # 财务科 sits in a section of 甲单位 and may import for it.
    assert "没有重复建立" in answer.content.decode()
    assert set(settings.DOSSIERS.iterdir()) == before


def test_a_document_without_a_year_asks_for_it_and_leaves_nothing(as_, unit):
    before = set(settings.DOSSIERS.iterdir())
    answer = upload(as_("finance"), unit, TABLE.read_bytes(), "t.txt", year="")
    assert "请在导入时填写年度" in answer.content.decode()
    assert set(settings.DOSSIERS.iterdir()) == before


def test_the_name_of_a_file_leads_nowhere_outside(as_, unit):
    upload(as_("finance"), unit, TABLE.read_bytes(), "../../../evil.txt")
    made = Dossier.objects.get(organisation=unit)
    assert {p.name for p in made.folder.iterdir()} == {"hengji.toml", "table.txt"}


def change(client, dossier, *, seen: str, value: str, kind: str = "correction", **fields):
    data = {"seen": seen, "value": value, "kind": kind, "why": "读错", **fields}
    return client.post(reverse("cell", args=[dossier.pk, 1, 1, "annual_target"]), data, follow=True)


def test_a_correction_is_kept_with_old_value_reason_and_person(as_, fresh):
    change(as_("finance"), fresh, seen="车2台", value="3台")
    last = open_dossier(fresh.folder).changes.read()[-1]
    assert (last.kind, last.by, last.why, last.old, last.new["value"]) == (
        "correction",
        "财务科",
        "读错",
        {"value": "车2台"},
        "3台",
    )
    assert Indicator.objects.get(project__dossier=fresh, project__number=1, row=1).annual_target == "3台"


def test_of_two_who_change_one_cell_the_second_sees_the_first_and_nothing_is_lost(as_, fresh):
    change(as_("finance"), fresh, seen="车2台", value="3台")
    answer = change(as_("finance"), fresh, seen="车2台", value="4台")
    assert answer.status_code == 422
    assert "刚刚被改成“3台”" in answer.content.decode()
    assert ">4台</textarea>" in answer.content.decode()
    assert Indicator.objects.get(project__dossier=fresh, project__number=1, row=1).annual_target == "3台"


def test_submitted_targets_are_locked_and_change_only_with_the_document_of_approval(as_, fresh):
    client = as_("finance")
    for version, role in enumerate(("finance", "head", "supervisor", "fiscal")):
        as_(role).post(reverse("move", args=[fresh.pk, "targets"]), {"move": "forward", "version": version})
        assert "已锁定" in change(client, fresh, seen="车2台", value="3台").content.decode()
    assert change(client, fresh, seen="车2台", value="3台", kind="target_change").status_code == 422
    change(client, fresh, seen="车2台", value="3台", kind="target_change", document="番财〔2024〕1号")
    assert open_dossier(fresh.folder).changes.read()[-1].new["document"] == "番财〔2024〕1号"


def test_a_finding_let_stand_keeps_its_reason_and_counts_no_more(as_, fresh):
    client, finding = as_("finance"), fresh.findings.filter(severity="error").exclude(indicator=None).first()
    before = Indicator.objects.get(project__dossier=fresh, project__number=finding.project, row=finding.row).errors
    client.post(reverse("decide", args=[fresh.pk]), {"finding": finding.pk, "decision": "waive", "why": "上级表式如此"})
    after = Indicator.objects.get(project__dossier=fresh, project__number=finding.project, row=finding.row).errors
    assert after < before
    stood = fresh.findings.exclude(waived_because="")
    assert {(f.waived_because, f.waived_by) for f in stood} == {("上级表式如此", "财务科")}


def test_a_decision_without_a_reason_changes_nothing(as_, fresh):
    finding = fresh.findings.first()
    page = as_("finance").post(
        reverse("decide", args=[fresh.pk]), {"finding": finding.pk, "decision": "waive", "why": " "}, follow=True
    )
    assert "请写明理由" in page.content.decode()
    assert open_dossier(fresh.folder).changes.read() == []


def test_markup_in_a_document_is_shown_as_text(as_, unit):
    data = TABLE.read_bytes().replace("购置车辆数量".encode(), "购置<script>alert(1)</script>".encode())
    upload(as_("finance"), unit, data, "t.txt")
    made = Dossier.objects.get(organisation=unit)
    for route in ("proof", "table", "findings", "unit"):
        page = as_("finance").get(reverse(route, args=[made.pk])).content.decode()
        assert "<script>alert" not in page, route


def test_what_was_changed_behind_the_site_is_shown_after_the_next_start(fresh):
    from django.utils import timezone

    from hengji.web.years.index import catch_up

    folder = open_dossier(fresh.folder)
    new = {"project": "购置经费", "indicator": 1, "field": "annual_target", "value": "3台"}
    folder.changes.append([("correction", {"value": "车2台"}, new)], by="张三", why="读错", at=timezone.localtime())
    assert catch_up() == 1
    assert Indicator.objects.get(project__dossier=fresh, project__number=1, row=1).annual_target == "3台"
    assert catch_up() == 0


def test_worst_first_puts_what_calls_for_a_return_on_top(as_, own):
    lines = as_("finance").get(reverse("table", args=[own.pk]), {"order": "worst"}).context["worst"]
    assert len(lines) == 139
    errors = [i.errors for i in lines]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 0


@pytest.mark.parametrize("route", ["table", "findings", "unit", "registers", "evaluations", "acts"])
def test_the_number_of_queries_does_not_grow_with_the_table(as_, own, django_assert_num_queries, route):
    client, url = as_("fiscal"), reverse(route, args=[own.pk])
    client.get(url)
    with CaptureQueriesContext(connection) as before:
        client.get(url)
    more = Project.objects.bulk_create(Project(dossier=own, number=n, name=f"项目{n}") for n in range(100, 140))
    Indicator.objects.bulk_create(Indicator(project=p, row=r, number=r, name="指标") for p in more for r in range(1, 6))
    with django_assert_num_queries(len(before)):
        client.get(url)


def test_the_site_speaks_chinese_until_english_is_chosen(as_, own):
    client = as_("finance")
    assert "待办" in client.get(reverse("home"), headers={"accept-language": "en"}).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert "Waiting for you" in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("route", ["registers", "evaluations", "opinion", "bindings"])
def test_a_folder_that_was_tampered_with_is_said_in_a_sentence_on_every_page_that_needs_it(as_, fresh, route):
    change(as_("finance"), fresh, seen="车2台", value="3台")
    log = fresh.folder / "changes.jsonl"
    change(as_("finance"), fresh, seen="3台", value="4台")
    log.write_text(log.read_text("utf-8").replace("correction", "Correction", 1), "utf-8")
    (fresh.folder / "bindings.toml").write_text("[[binding", "utf-8")
    where = {"opinion": {"project": 0}, "bindings": {"project": 1}}.get(route, {})
    answer = as_("finance").get(reverse(route, kwargs={"pk": fresh.pk, **where}), follow=True)
    page = answer.content.decode()
    assert answer.status_code in (200, 422)
    assert 'role="alert"' in page
    assert "Traceback" not in page
