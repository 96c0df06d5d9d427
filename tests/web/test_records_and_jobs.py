"""Records from the browser into registers, evaluations in the background, forms out; a killed worker begins again."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.dossier.computed import store_of
from hengji.web.jobs.models import Job, State
from hengji.web.jobs.run import take_up
from hengji.web.years.models import Dossier, Indicator
from tests.cli.test_compute_command import BINDINGS, RECORDS, TABLE
from tests.cli.test_evidence_command import PETITIONS


@pytest.fixture
def small(as_, db):
    """A unit with a small table whose indicators are bound, and its petitions on record."""
    from django.utils import timezone

    from hengji.web.people.models import Kind, Membership, Organisation, User, founded
    from hengji.web.years.index import begin

    unit = founded("丁单位", Kind.UNIT, Organisation.objects.get(name="主管局"))
    for role in ("finance", "business", "auditor"):
        Membership.objects.create(user=User.objects.get(username=role), organisation=unit, role=role)
    made = begin(unit, TABLE.encode(), "t.txt", 2024)
    made.confirmed_at = timezone.now()
    made.save()
    (made.folder / "bindings.toml").write_text(BINDINGS, "utf-8")
    store_of(open_dossier(made.folder)).add_file(
        "petition", RECORDS.encode(), at=datetime.datetime(2024, 12, 31), file="2024.csv"
    )
    return made


def run_job(client, django_capture_on_commit_callbacks, url: str, data: dict) -> Job:
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, data)
    assert answer.status_code == 302
    return Job.objects.latest("pk")


def test_uploaded_records_are_counted_and_each_bad_row_is_named(as_, small, django_capture_on_commit_callbacks):
    bad = PETITIONS.replace("2024-02-05", "2024/2/30").replace("信访系统", "热线系统").encode()
    client = as_("business")
    job = run_job(
        client, django_capture_on_commit_callbacks, reverse("register_upload", args=[small.pk, "petition"]),
        {"file": SimpleUploadedFile("p.csv", bad)},
    )  # fmt: skip
    assert (job.state, job.result["new"], job.result["rejected"]) == (State.DONE, 2, 1)
    assert list(settings.UPLOADS.iterdir()) == []
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "2024/2/30" in page
    assert 'hx-trigger="every 1s"' not in page


def test_a_file_that_is_no_table_fails_with_the_reason_and_takes_nothing(
    as_, small, django_capture_on_commit_callbacks
):
    before = len(store_of(open_dossier(small.folder)).batches())
    job = run_job(
        as_("business"), django_capture_on_commit_callbacks, reverse("register_upload", args=[small.pk, "petition"]),
        {"file": SimpleUploadedFile("p.xlsx", b"PK\x03\x04nothing")},
    )  # fmt: skip
    assert job.state == State.FAILED
    assert job.said_zh
    assert job.said_en
    assert list(settings.UPLOADS.iterdir()) == []
    assert len(store_of(open_dossier(small.folder)).batches()) == before


def test_a_self_evaluation_is_computed_frozen_shown_and_printed(as_, small, django_capture_on_commit_callbacks):
    client = as_("finance")
    job = run_job(
        client, django_capture_on_commit_callbacks, reverse("evaluate", args=[small.pk]), {"stage": "self_evaluation"}
    )
    assert job.state == State.DONE, job.said_zh
    small.refresh_from_db()
    assert (small.folder / "evaluations" / small.scored_file).exists()
    assert Indicator.objects.filter(project__dossier=small, points__isnull=False).exists()
    page = client.get(reverse("evaluation", args=[small.pk, "self_evaluation", 1])).content.decode()
    assert "项目支出绩效自评表" in page
    form = client.get(reverse("form", args=[small.pk, "self_evaluation", 1, "xlsx"]))
    assert form.content.startswith(b"PK")
    checked = run_job(as_("auditor"), django_capture_on_commit_callbacks, reverse("verify", args=[small.pk]), {})
    assert (checked.result["checked"], checked.result["differences"]) == (1, [])


def test_a_figure_unfolds_to_its_rows_and_exports_exactly_these(as_, small, django_capture_on_commit_callbacks):
    client = as_("finance")
    run_job(
        client,
        django_capture_on_commit_callbacks,
        reverse("evaluate", args=[small.pk]),
        {"stage": "monitoring", "as_of": "2024-12-31"},
    )
    one = (
        Indicator.objects.filter(project__dossier=small, measure="closed_rate").first()
        or Indicator.objects.filter(project__dossier=small).exclude(measure="").first()
    )
    page = client.get(reverse("figure", args=[small.pk, one.project.number, one.row]))
    (part,) = page.context["parts"]
    rows = client.get(reverse("figure_rows", args=[small.pk, one.project.number, one.row])).content.decode("utf-8-sig")
    assert part.total > 0
    assert len(rows.strip().splitlines()) == part.total + 1


def test_a_figure_is_read_back_as_it_was_unfolded_until_its_records_or_bindings_differ(
    as_, small, django_capture_on_commit_callbacks, monkeypatch
):
    from hengji.web.years import figures

    client = as_("finance")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("evaluate", args=[small.pk]), {"stage": "monitoring", "as_of": "2024-12-31"})
    one = Indicator.objects.filter(project__dossier=small, measure="closed_rate").first()
    url = reverse("figure", args=[small.pk, one.project.number, one.row])
    anew: list[int] = []
    plain = figures._computed
    monkeypatch.setattr(figures, "_computed", lambda *given: anew.append(1) or plain(*given))
    kept = client.get(url)
    assert anew == []
    (small.folder / "bindings.toml").write_text(BINDINGS + "\n# looked at\n", "utf-8")
    fresh = client.get(url)
    assert anew == [1]
    assert list(kept.context["parts"]) == fresh.context["parts"]
    assert kept.context["reading"] == fresh.context["reading"] != ""
    (small.folder / "bindings.toml").write_text(BINDINGS, "utf-8")
    batch = store_of(open_dossier(small.folder)).batches()[0].path
    batch.chmod(0o644)
    batch.write_bytes(batch.read_bytes() + b"x")
    assert "被改动过" in client.get(url).content.decode()
    assert anew == [1, 1]


def test_what_a_killed_worker_left_is_begun_again(small, as_, django_capture_on_commit_callbacks):
    from hengji.web.people.models import User

    left = Job.objects.create(
        kind="compute", dossier=small, by=User.objects.get(username="finance"), state=State.RUNNING
    )
    take_up()
    left.refresh_from_db()
    assert left.state == State.DONE


def test_a_job_that_waits_is_cancelled_and_never_done(small, as_):
    from hengji.web.people.models import User

    job = Job.objects.create(kind="compute", dossier=small, by=User.objects.get(username="finance"))
    as_("finance").post(reverse("job_cancel", args=[job.pk]))
    take_up()
    job.refresh_from_db()
    assert job.state == State.CANCELLED


def test_a_job_is_seen_by_who_asked_for_it_alone(small, as_):
    from hengji.web.people.models import User

    job = Job.objects.create(kind="compute", dossier=small, by=User.objects.get(username="finance"), state=State.DONE)
    assert as_("finance").get(reverse("job", args=[job.pk])).status_code == 200
    assert as_("head").get(reverse("job", args=[job.pk])).status_code == 404


def test_a_day_that_is_none_is_refused(as_, small):
    answer = as_("finance").post(
        reverse("evaluate", args=[small.pk]), {"stage": "monitoring", "as_of": "2024-02-30"}, follow=True
    )
    assert "不是日期" in answer.content.decode()
    assert not Job.objects.filter(dossier=small).exists()


def test_the_index_can_be_made_anew_from_the_folder(small):
    from hengji.web.years.index import index_all

    index_all(small)
    before = list(Indicator.objects.filter(project__dossier=small).values_list("name", "value", "judgement"))
    small.projects.all().delete()
    index_all(Dossier.objects.get(pk=small.pk))
    assert list(Indicator.objects.filter(project__dossier=small).values_list("name", "value", "judgement")) == before


def test_proposals_are_confirmed_by_a_person_and_computed(as_, fresh, django_capture_on_commit_callbacks):
    from hengji.dossier.computed import bindings_of

    client, url = as_("business"), reverse("bindings", args=[fresh.pk, 1])
    page = client.get(url)
    proposals = {i.number: found for i, _, found in page.context["lines"]}
    assert all(reason.zh for _, _, p in proposals[1] for reason in p.reasons)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url, {"choice-1": "0", "choice-2": "1"})
    made = {b.indicator: b for b in bindings_of(fresh.folder)}
    assert set(made) == {1, 2}
    assert (made[1].measure, made[2].measure) == (proposals[1][0][2].measure, proposals[2][1][2].measure)
    assert {b.confirmed_by for b in made.values()} == {"业务科室"}
    assert Indicator.objects.get(project__dossier=fresh, project__number=1, row=1).status == "insufficient"


def test_who_only_looks_confirms_nothing(as_, fresh):
    assert as_("fiscal").post(reverse("bindings", args=[fresh.pk, 1]), {"choice-1": "0"}).status_code == 404
    assert not (fresh.folder / "bindings.toml").exists()


def test_units_are_added_up_by_parts_and_not_by_their_rates(as_, own, other):
    from decimal import Decimal

    from hengji.web.years.counts import count

    own.projects.filter(number=1).update(final_budget=Decimal(100), outturn=Decimal(100))
    other.projects.filter(number=1).update(final_budget=Decimal(300), outturn=Decimal(0))
    own.projects.first().indicators.filter(row=1).update(judgement="undecidable", status="undecidable")
    own.projects.first().indicators.filter(row=2).update(judgement="met", status="ok")
    for one in (own, other):
        count(one)
    page = as_("fiscal").get(reverse("units"))
    rows = page.context["page"].object_list
    assert [r.execution for r in rows][:2] == ["100.00", "0.00"]
    assert (rows[0].met, rows[0].open) == (1, rows[0].indicators - 1)
    assert page.context["total"].execution == "25.00"  # and not the mean of both, 50
    assert "模拟数据" not in page.content.decode()
    type(own).objects.filter(pk=own.pk).update(simulated=True)
    assert (
        as_("fiscal").get(reverse("units")).content.decode().count("模拟数据") == 2
    )  # above the table and at the unit


def test_units_and_desks_are_turned_over_and_the_sum_is_of_all_units(as_, own, other, monkeypatch):
    from django.utils import timezone

    from hengji.web.people.models import Kind, Organisation, founded

    above = Organisation.objects.get(name="主管局")
    for n in range(120):
        unit = founded(f"单位{n:03}", Kind.UNIT, above)
        one = Dossier.objects.create(
            organisation=unit, year=2024, key=f"k{n}", title="表", pack="national-2020", confirmed_at=timezone.now(),
            budget=1, outturn=0, indicators=2, met=1, open=1,
        )  # fmt: skip
        one.cases.create(subject="targets", desk="supervisor")
    client = as_("supervisor")
    first, second = (client.get(reverse("units"), {"page": n}).context for n in (1, 2))
    assert [len(c["page"].object_list) for c in (first, second)] == [100, 21]
    assert first["total"] == second["total"]
    assert (first["total"].met, first["total"].budget >= 120) == (120 + own.met, True)
    home = client.get(reverse("home"), {"desk": 3, "done": 7}).context
    assert (home["desk"].paginator.count, len(home["desk"].object_list)) == (120, 20)
    page = client.get(reverse("home"), {"desk": 2}).content.decode()
    assert "?desk=1" in page
    assert "?desk=3" in page


def test_a_deadline_is_set_by_who_reviews_and_shown_as_overdue(as_, own):
    url = reverse("deadline", args=[own.pk, "targets"])
    assert as_("finance").post(url, {"deadline": "2024-01-31"}).status_code == 403
    as_("supervisor").post(url, {"deadline": "2024-01-31"})
    assert "已超期" in as_("finance").get(reverse("home")).content.decode()
    as_("supervisor").post(url, {"deadline": "2024-02-31"})
    own.cases.get().refresh_from_db()
    assert str(own.cases.get().deadline) == "2024-01-31"


def test_rows_that_were_not_taken_come_back_marked_and_once_corrected_are_taken(
    as_, small, django_capture_on_commit_callbacks
):
    client = as_("business")
    bad = PETITIONS.replace("2024-02-05", "2024/2/30").replace("信访系统", "=热线系统").encode()
    upload = reverse("register_upload", args=[small.pk, "petition"])
    job = run_job(client, django_capture_on_commit_callbacks, upload, {"file": SimpleUploadedFile("p.csv", bad)})
    marked = client.get(reverse("register_faults", args=[small.pk, "petition", job.result["quarantine"]]))
    book = openpyxl.load_workbook(io.BytesIO(marked.content))
    sheet = book.worksheets[0]
    (cell,) = [c for row in sheet.iter_rows(min_row=2) for c in row if c.comment]
    assert (cell.value, cell.fill.fgColor.rgb) == ("2024/2/30", "FFF8CBAD")
    assert cell.comment.text == "没有这一天"
    assert all(c.data_type == "s" for c in sheet[2] if c.value)
    cell.value = "2024-02-28"
    corrected = io.BytesIO()
    book.save(corrected)
    again = run_job(
        client, django_capture_on_commit_callbacks, upload, {"file": SimpleUploadedFile("p.xlsx", corrected.getvalue())}
    )
    assert (again.result["new"], again.result["rejected"]) == (1, 0)


@pytest.mark.parametrize("digest", ["0", "..%2f..%2fchanges", "0" * 64])
def test_no_other_file_is_handed_out_as_rejected_rows(as_, small, digest):
    assert as_("business").get(f"/years/{small.pk}/registers/petition/faults/{digest}.xlsx").status_code == 404


def attested(client, dossier, **fields):
    data = {"statement": "已验收", "signer": "张三", "co_signer": "李四", "signed_on": "2024-12-20", "grade": "良", "why": "无台账",
            "file": SimpleUploadedFile("s.pdf", b"%PDF-1.4 signed")}  # fmt: skip
    return client.post(reverse("attest", args=[dossier.pk, 1, 1]), {**data, **fields})


def test_an_attestation_is_kept_with_its_file_and_becomes_a_record(as_, small, django_capture_on_commit_callbacks):
    client = as_("business")
    with django_capture_on_commit_callbacks(execute=True):
        assert attested(client, small).status_code == 302
    folder = open_dossier(small.folder)
    last = folder.changes.read()[-1]
    assert (last.kind, last.by, last.why, last.new["statement"]) == ("attestation", "业务科室", "无台账", "已验收")
    assert [b.counts["new"] for b in store_of(folder).batches("attestation")] == [1]
    page = client.get(reverse("figure", args=[small.pk, 1, 1])).content.decode()
    link = reverse("attachment", args=[small.pk, last.new["attachment"]])
    assert link in page
    assert client.get(link).content == b"%PDF-1.4 signed"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"co_signer": "张三"}, "同一人"),
        ({"file": ""}, "扫描件"),
        ({"file": SimpleUploadedFile("s.pdf", b"MZ not a scan")}, "扫描件"),
        ({"signed_on": "2023-12-20"}, "2024 年内"),
        ({"grade": "棒"}, "等级应为"),
        ({"band": "120"}, "0 到 100"),
        ({"why": ""}, "为什么"),
    ],
)
def test_an_attestation_that_proves_nothing_is_refused_and_what_was_typed_stays(as_, small, fields, why):
    answer = attested(as_("business"), small, **fields)
    assert answer.status_code == 422
    assert why in answer.content.decode()
    assert ">已验收</textarea>" in answer.content.decode()
    assert open_dossier(small.folder).changes.read() == []
    assert not (small.folder / "attachments").exists()
