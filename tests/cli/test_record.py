"""`hengji record`: every later step uses the version in force, and what stood before is kept."""

from __future__ import annotations

import json


def test_a_corrected_cell_is_what_every_later_step_reads(run, dossier):
    ran = run("record", dossier, "correction", "--set", "project=2", "--set", "indicator=1", "--set", "field=annual_target",
              "--set", "value=≥20起", "--set", "why=原件为≥20起，复制时读错", "--by", "李四", "--json")  # fmt: skip
    assert ran.code == 0
    assert (ran.one["old"], ran.one["new"]["value"]) == ({"value": "100%"}, "≥20起")
    assert (
        run("explain", "2#1", "--in", dossier, "--json").one["targets"]["annual_target"]["clauses"][0]["number"] == "20"
    )
    found = run("review", dossier, "--json").one["findings"]
    assert not [f for f in found if f["project"] == "机构运行辅助经费" and f["indicator"] == 1 and f["code"] == "T06"]


def test_a_change_of_a_target_needs_its_document_and_counts_from_its_day(run, dossier):
    words = ["--set", "project=3", "--set", "indicator=10", "--set", "value=≥90%", "--set", "why=与国家要求一致"]
    assert run("record", dossier, "target_change", *words).code == 2
    words += ["--set", "document=批复〔2024〕1号"]
    assert run("record", dossier, "target_change", *words, "--set", "from=2999-01-01").code == 0
    assert "T28" in {f["code"] for f in run("review", dossier, "--json").one["findings"]}
    assert run("record", dossier, "target_change", *words, "--set", "from=2024-06-01").code == 0
    assert "T28" not in {f["code"] for f in run("review", dossier, "--json").one["findings"]}
    log = [json.loads(line) for line in (dossier / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [c["old"]["value"] for c in log] == ["有效传输率为75%", "有效传输率为75%"]


def test_a_waiver_follows_a_project_that_was_renamed(run, dossier):
    run(
        "record",
        dossier,
        "waiver",
        "--set",
        "code=T28",
        "--set",
        "project=3",
        "--set",
        "indicator=10",
        "--set",
        "why=a",
    )
    run(
        "record",
        dossier,
        "correction",
        "--set",
        "project=3",
        "--set",
        "field=name",
        "--set",
        "value=在线管理",
        "--set",
        "why=b",
    )
    review = run("review", dossier, "--json").one
    assert review["projects"][2]["name"] == "在线管理"
    assert [w["code"] for w in review["waived"]] == ["T28"]


def test_weights_make_the_rule_on_weights_run(run, dossier, tmp_path):
    lines = [
        json.dumps({"project": 1, "indicator": n, "points": 18 if n < 5 else 10, "why": "审核会议确定"})
        for n in range(1, 6)
    ]
    (tmp_path / "weights.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert run("record", dossier, "weight", "weights.jsonl").code == 0
    review = run("review", dossier, "--json").one
    assert [f["project"] for f in review["findings"] if f["code"] == "T45"] == ["购置经费"]


def test_an_attachment_is_kept_under_its_digest(run, dossier, tmp_path):
    (tmp_path / "签到表.pdf").write_bytes(b"%PDF-1.7 simulated")
    words = ("--set", "file=签到表.pdf", "--set", "project=1", "--set", "indicator=4", "--set", "why=佐证")
    digest = run("record", dossier, "attachment", *words, "--json").one["new"]["attachment"]
    assert (dossier / "attachments" / f"{digest}.pdf").read_bytes() == b"%PDF-1.7 simulated"


def test_nothing_of_a_file_is_recorded_when_one_line_of_it_is_wrong(run, dossier, tmp_path):
    (tmp_path / "w.jsonl").write_text(
        '{"project":1,"indicator":1,"points":9,"why":"a"}\n{"project":1,"indicator":2,"points":"许多","why":"a"}'
    )
    ran = run("record", dossier, "weight", "w.jsonl")
    assert ran.code == 2
    assert "points 应为数" in ran.err
    (tmp_path / "w.jsonl").write_text('{"project":1,"indicator":1,"points":9,"why":"a"}\n不是 JSON')
    ran = run("record", dossier, "weight", "w.jsonl")
    assert ran.code == 2
    assert "第2行" in ran.err
    assert not (dossier / "changes.jsonl").exists()


def test_an_attestation_needs_two_people(run, dossier, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"x")
    words = ["--set", "project=1", "--set", "indicator=4", "--set", "statement=达成", "--set", "grade=优", "--set", "file=a.pdf",
             "--set", "signer=张三", "--set", "why=年终评定"]  # fmt: skip
    ran = run("record", dossier, "attestation", *words, "--set", "co_signer=张三")
    assert ran.code == 2
    assert "两个人" in ran.err
    assert not (dossier / "attachments").exists()


def test_a_reviewers_grade_is_recorded_with_its_words_and_one_by_the_unit_is_refused(run, dossier):
    words = ["--set", "project=1", "--set", "item=规范完整性", "--set", "grade=良", "--set", "text=要素齐全",
             "--set", "why=审核"]  # fmt: skip
    assert run("record", dossier, "review_grade", *words, "--set", "office=本单位", "--by", "王五").code == 2
    assert run("record", dossier, "review_grade", *words, "--set", "office=主管部门", "--by", "王五").code == 0
    (judged,) = run("review", dossier, "--json").one["projects"][0]["items"][0]["judged"]
    assert (judged["office"], judged["grade"], judged["words"], judged["by"]) == ("主管部门", "良", "要素齐全", "王五")
