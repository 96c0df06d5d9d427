"""The trail of acts: whatever is done to it afterwards is seen, and nothing is done that it cannot take."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import subprocess
import sys

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from hengji.evidence.chain import FIRST
from hengji.web.flow import log, witness
from hengji.web.flow.models import Entry, TrailEnd
from hengji.web.flow.trail import anchor_now, proved

ACTS = 9


@pytest.fixture
def trail(db, settings, tmp_path, django_capture_on_commit_callbacks):
    """Nine acts and nothing before them, with their witness outside the database."""
    settings.DATA = tmp_path
    Entry.objects.all().delete()
    TrailEnd.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(1, ACTS + 1):
            log.append("print", f"{number}号表", by=None, after=f"{number}")
    return tmp_path


def rows(**of):
    return Entry.objects.filter(**of)


def places() -> list[int]:
    return [b.seq for b in proved().breaks]


def test_an_untouched_trail_is_whole_and_tells_its_last_digest(trail):
    found = proved()
    assert (found.checked, found.breaks, found.remarks) == (ACTS, (), ())
    assert found.digest == rows(seq=ACTS).get().digest == witness.last_seen().digest


def test_the_digest_can_be_recomputed_from_the_words_alone(trail):
    one = rows(seq=1).get()
    at = one.at.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    line = json.dumps([1, at, "", "", "print", "", "1号表", "", "1", FIRST], ensure_ascii=False, separators=(",", ":"))
    assert one.digest == hashlib.sha256(line.encode()).hexdigest()


@pytest.mark.parametrize(
    "words",
    [{"who": "别人"}, {"address": "10.0.0.1"}, {"what": "verify"}, {"about": "x"}, {"object": "x"}, {"before": "x"},
     {"after": "x"}, {"at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}],
)  # fmt: skip
def test_a_changed_word_is_seen_at_its_act(trail, words):
    rows(seq=4).update(**words)
    assert places()[0] == 4


def test_a_changed_act_with_a_new_digest_is_seen_at_the_next(trail):
    one = rows(seq=4).get()
    one.after = "x"
    before = rows(seq=3).get().digest
    rows(seq=4).update(after="x", digest=log.digest_of(one.words, before))
    assert places() == [5]


def test_a_removed_act_is_seen(trail):
    rows(seq=4).delete()
    assert places() == [4]


def test_acts_that_changed_places_are_seen(trail):
    rows(seq=4).update(seq=1000)
    rows(seq=5).update(seq=4)
    rows(seq=1000).update(seq=5)
    assert places()[:2] == [4, 5]


def test_an_inserted_act_is_seen(trail):
    for seq in range(ACTS, 4, -1):
        rows(seq=seq).update(seq=seq + 1)
    Entry.objects.create(seq=5, digest="0" * 64, at=timezone.now(), what="print")
    assert places()[0] == 5


def test_an_act_written_past_the_system_at_the_end_is_seen(trail):
    Entry.objects.create(seq=ACTS + 1, digest="0" * 64, at=timezone.now(), what="print")
    assert ACTS + 1 in places() or ACTS + 1 in [b.seq for b in proved().breaks]


def test_a_tail_cut_off_is_seen(trail):
    rows(seq__gte=8).delete()
    assert places() == [8]


def test_a_tail_cut_off_with_the_note_of_the_end_set_back_is_seen_against_the_witness(trail):
    rows(seq__gte=8).delete()
    TrailEnd.objects.update(seq=7, digest=rows(seq=7).get().digest)
    (found,) = proved().breaks
    assert found.seq == 8
    assert "截去" in found.zh


def test_a_trail_written_anew_with_its_end_and_witness_is_seen_against_a_printed_anchor(trail):
    witness.anchored(anchor_now("audit", timezone.now()))
    previous = FIRST
    for one in Entry.objects.order_by("seq"):
        one.after += "改"
        previous = one.digest = log.digest_of(one.words, previous)
        one.save()
    TrailEnd.objects.update(digest=previous)
    (trail / "trail-end.json").write_text(json.dumps({"seq": ACTS, "digest": previous}))
    (found,) = proved().breaks
    assert "锚点" in found.zh


def test_a_replaced_anchor_is_seen(trail):
    for _ in range(2):
        witness.anchored(anchor_now("audit", timezone.now()))
    path = trail / "trail-anchors.jsonl"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(lines[0].replace("audit", "other") + lines[1])
    assert places() == [0]


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]"])
def test_a_witness_that_is_gone_or_spoilt_is_told(trail, content):
    path = trail / "trail-end.json"
    path.unlink() if content is None else path.write_bytes(content)
    assert places() == [0]


def test_a_clock_set_back_is_a_remark_and_no_break(trail, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(log.timezone, "now", lambda: datetime.datetime(2001, 1, 1, tzinfo=datetime.UTC))
    with django_capture_on_commit_callbacks(execute=True):
        log.append("print", by=None)
    found = proved()
    assert not found.breaks
    assert "时钟" in found.remarks[0][0]


def test_the_witness_never_goes_back(trail):
    witness.keep(3, "0" * 64)
    assert witness.last_seen().seq == ACTS


def test_words_with_lines_and_marks_cannot_forge_an_act(trail):
    log.append("sign_in_failed", '"]\n[2,"', by=None)
    assert not proved().breaks
    assert proved().checked == ACTS + 1


def test_nothing_is_done_that_the_trail_cannot_take(as_, own, monkeypatch):
    client, there = as_("finance"), own.folder / "changes.jsonl"
    before = there.read_bytes() if there.exists() else b""

    def refuses(*args, **kwargs):
        raise DatabaseError("attempt to write a readonly database")

    monkeypatch.setattr("hengji.web.middleware.note", refuses)
    answer = client.post(f"/years/{own.pk}/cell/1/1/annual_target", {"value": "7", "why": "核对", "kind": "correction"})
    assert answer.status_code == 503
    assert "留痕写不进去" in answer.content.decode()
    assert (there.read_bytes() if there.exists() else b"") == before


def test_a_request_is_written_down_before_it_is_refused(as_, own):
    as_("business").post(f"/years/{own.pk}/confirm")
    assert rows(what=log.ASKED).first().object == f"POST /years/{own.pk}/confirm"


def test_no_password_comes_into_the_trail(as_):
    as_("finance").post(
        "/password", {"old_password": "geheim1", "new_password1": "geheim2", "new_password2": "geheim2"}
    )
    for field in ("object", "before", "after"):
        assert not rows(**{f"{field}__contains": "geheim"}).exists()


def test_the_audit_administrator_proves_the_trail_and_prints_an_anchor(as_, settings, tmp_path):
    settings.DATA = tmp_path
    settings.JOBS_AT_ONCE = True
    client = as_("audit_admin")
    log.append("print", by=None)
    printed = client.post("/log/anchor").content.decode()
    anchor = witness.anchors()[-1]
    assert anchor.digest in printed
    assert anchor.digest == rows(seq=anchor.seq).get().digest
    assert anchor.by == "audit_admin"
    page = client.get("/log").content.decode()
    assert "它不能证明的是" in page


def test_older_acts_are_a_page_further_and_none_is_left_out(as_, db):
    for number in range(120):
        log.append("print", f"第{number}份", by=None)
    client, seen, where = as_("audit_admin"), [], "/log"
    while where:
        answer = client.get(where)
        seen += [e.seq for e in answer.context["page"]]
        where = f"/log?before={answer.context['older']}" if answer.context["older"] else None
    assert seen == list(Entry.objects.exclude(what=log.ASKED).values_list("seq", flat=True))


def test_two_who_write_at_once_make_one_chain(tmp_path):
    data = tmp_path / "data"
    env = {**os.environ, "HENGJI_DATA": str(data), "DJANGO_SETTINGS_MODULE": "hengji.web.settings"}
    hengji = [sys.executable, "-c", "from hengji.cli import main; main()"]
    subprocess.run(
        [sys.executable, "-m", "hengji.web", "--prepare", "--data", data], check=True, capture_output=True, env=env
    )
    writer = (
        "import django; django.setup()\n"
        "from hengji.web.flow.log import append\n"
        "for n in range(60): append('print', str(n), by=None)\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", writer], env=env) for _ in range(3)]
    assert [p.wait() for p in running] == [0, 0, 0]
    answer = subprocess.run([*hengji, "verify", data, "--json"], capture_output=True, text=True, check=True, env=env)
    told = json.loads(answer.stdout)
    assert (told["ok"], told["checked"] >= 180) == (True, True)
    with_a_hole = f"import sqlite3; c = sqlite3.connect(r'{data / 'hengji.sqlite3'}'); c.execute('delete from flow_entry where seq = 17'); c.commit()"
    subprocess.run([sys.executable, "-c", with_a_hole], check=True)
    answer = subprocess.run([*hengji, "verify", data], capture_output=True, text=True, env=env)
    assert answer.returncode == 1
    assert "第17条不见了" in answer.stdout


def test_acts_of_before_are_tied_into_the_chain(trail):
    """What the step of migration does to rows that were there before the chain."""
    from importlib import import_module

    from django.apps import apps

    rows().update(digest="")
    TrailEnd.objects.all().delete()
    import_module("hengji.web.flow.migrations.0004_trail").tie(apps, connection.schema_editor())
    found = proved()
    assert (found.checked, found.breaks) == (ACTS, ())
