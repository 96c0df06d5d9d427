"""A corrected document: its differences first, written when confirmed, all of it or nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from hengji.dossier import DossierError, kept, open_dossier
from hengji.web.years.models import Indicator, Project

TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
OLD = TABLE.read_bytes()
NEW = OLD.replace("购置车辆数量".encode(), "购置车辆数".encode()).replace("车2台".encode(), "3台".encode())


def upload(client, dossier, data: bytes, name: str = "改正.txt"):
    return client.post(reverse("reimport", args=[dossier.pk]), {"file": SimpleUploadedFile(name, data)})


def confirm(client, dossier, page, why: str = "按更正公告", **fields):
    hidden = dict(re.findall(r'type="hidden" name="(token|name|digest)" value="([^"]*)"', page.content.decode()))
    return client.post(reverse("reimport", args=[dossier.pk]), {**hidden, "confirm": "1", "why": why, **fields})


def changes(dossier):
    return open_dossier(dossier.folder).changes.read()


def test_the_differences_are_shown_and_nothing_is_written_before_they_are_confirmed(as_, fresh):
    page = upload(as_("finance"), fresh, NEW).content.decode()
    assert "<del>购置车辆数量</del>" in page
    assert "<ins>3台</ins>" in page
    assert changes(fresh) == []


def test_confirmed_they_are_corrections_with_old_value_reason_and_the_document(as_, fresh):
    client = as_("finance")
    assert confirm(client, fresh, upload(client, fresh, NEW)).status_code == 302
    found = changes(fresh)
    assert {(c.kind, c.why) for c in found} == {("correction", "按更正公告"), ("attachment", "按更正公告")}
    assert ("车2台", "3台") in {(c.old["value"], c.new["value"]) for c in found if c.kind == "correction"}
    path = kept(fresh.folder, found[-1].new["attachment"])
    assert path is not None
    assert path.read_bytes() == NEW
    one = Indicator.objects.get(project__dossier=fresh, project__number=1, row=1)
    assert (one.name, one.annual_target) == ("购置车辆数", "3台")
    before = set(settings.WAITING.iterdir())
    assert "完全一致" in upload(client, fresh, NEW).content.decode()
    assert set(settings.WAITING.iterdir()) == before


LINES = OLD.decode().splitlines(keepends=True)
FIRST = next(n for n, line in enumerate(LINES) if "购置车辆数量" in line)


def test_projects_and_indicators_that_came_or_went_are_entries_with_reason_and_document(as_, fresh):
    client = as_("finance")
    before = [p.name for p in fresh.projects.all()]
    second = fresh.projects.get(number=2)
    number = second.indicators.first().number
    corrected = "".join(LINES[:FIRST] + LINES[FIRST + 1 :])  # without the first project
    corrected = corrected.replace(second.indicators.first().name, "改了名的指标", 1)
    page = upload(client, fresh, corrected.encode())
    assert f"少了项目“{before[0]}”" in page.content.decode()
    assert confirm(client, fresh, page).status_code == 302
    assert [p.name for p in fresh.projects.all()] == before[1:]
    assert fresh.projects.get(number=1).indicators.get(number=number).name == "改了名的指标"
    found = changes(fresh)
    assert {c.kind for c in found} == {"project_removed", "correction", "attachment"}
    assert {c.why for c in found} == {"按更正公告"}
    # The document as it was first: what went comes back, at its place, with everything in it.
    back = upload(client, fresh, OLD)
    assert f"多了项目“{before[0]}”" in back.content.decode()
    assert confirm(client, fresh, back).status_code == 302
    assert [p.name for p in fresh.projects.all()] == before
    assert "完全一致" in upload(client, fresh, OLD).content.decode()


def test_figures_are_computed_on_although_an_indicator_that_was_bound_went(as_, fresh):
    from hengji.dossier.computed import computed

    one = fresh.projects.get(number=1)
    binding = (
        f'[[binding]]\nproject = "{one.name}"\nindicator = 1\nmeasure = "closed_rate"\nunit = "%"\nreading = "办结"\n'
    )
    (fresh.folder / "bindings.toml").write_text(binding + 'confirmed_by = "甲"\nconfirmed_on = 2024-01-15\n', "utf-8")
    client = as_("finance")
    page = upload(client, fresh, "".join(LINES[:FIRST] + LINES[FIRST + 1 :]).encode())
    confirm(client, fresh, page)
    assert len(computed(open_dossier(fresh.folder)).table.projects) == 12
    (fresh.folder / "bindings.toml").write_text(binding.replace(one.name, "没有的项目"), "utf-8")
    with pytest.raises(DossierError, match="the table lacks"):
        computed(open_dossier(fresh.folder))


def test_contents_that_are_gone_are_not_written_into_a_confirmed_table(as_, fresh):
    client = as_("finance")
    page = upload(
        client,
        fresh,
        OLD.replace("实施周期指标值:车2台".encode(), "实施周期指标值:".encode()).replace("车2台".encode(), b""),
    )
    if "cannot" not in page.content.decode():
        assert "写不成更正" in page.content.decode() or page.status_code == 422
    assert 'name="confirm"' not in page.content.decode()
    assert changes(fresh) == []


def test_an_unconfirmed_table_is_replaced_as_a_whole(as_, fresh):
    fresh.confirmed_at = None
    fresh.save()
    client, before = as_("finance"), fresh.folder
    assert confirm(client, fresh, upload(client, fresh, NEW)).status_code == 302
    fresh.refresh_from_db()
    assert (fresh.folder / "table.txt").read_bytes() == NEW
    assert not before.exists()
    assert Indicator.objects.get(project__dossier=fresh, project__number=1, row=1).annual_target == "3台"
    assert Project.objects.filter(dossier=fresh).count() == 13


def test_what_changed_between_looking_and_confirming_is_shown_again(as_, fresh):
    client = as_("finance")
    page = upload(client, fresh, NEW)
    cell = {"seen": "100%", "value": "98%", "kind": "correction", "why": "读错"}
    client.post(reverse("cell", args=[fresh.pk, 1, 2, "annual_target"]), cell)
    answer = confirm(client, fresh, page)
    assert answer.status_code == 422
    assert "又有改动" in answer.content.decode()
    assert len(changes(fresh)) == 1


def test_submitted_targets_are_not_imported_again(as_, fresh):
    client = as_("finance")
    page = upload(client, fresh, NEW)
    client.post(reverse("move", args=[fresh.pk, "targets"]), {"move": "forward", "version": 0})
    assert confirm(client, fresh, page).status_code == 422
    assert changes(fresh) == []


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04junk", "没有表".encode()])
def test_a_document_that_cannot_be_read_is_refused_and_not_kept(as_, fresh, data):
    settings.WAITING.mkdir(exist_ok=True)
    before = set(settings.WAITING.iterdir())
    assert upload(as_("finance"), fresh, data, "a.docx").status_code == 422
    assert set(settings.WAITING.iterdir()) == before


@pytest.mark.parametrize("token", ["../secret.key", "1-" + "0" * 32, "x"])
def test_no_other_file_is_taken_for_an_upload(as_, fresh, token):
    answer = as_("finance").post(reverse("reimport", args=[fresh.pk]), {"token": token, "confirm": "1", "why": "x"})
    assert answer.status_code == 422
    assert changes(fresh) == []


def test_what_came_with_a_new_indicator_is_shown_before_it_is_written(as_, fresh):
    more = "5、2-效益指标；24-可持续影响；车辆使用率；实施周期指标值:100%；年度指标值:100%。"
    added = more + "6、3-满意度指标；31-服务对象满意度；群众满意度；实施周期指标值:≥80%；年度指标值:≥85%。"
    assert more in OLD.decode()
    page = upload(as_("finance"), fresh, OLD.decode().replace(more, added).encode()).content.decode()
    assert "多了第 6 项“群众满意度”" in page
    assert "年度指标值 <ins>≥85%</ins>" in page
