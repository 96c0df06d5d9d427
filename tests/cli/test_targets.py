"""`hengji target` and `targets`: one answer a value, in both languages."""

from __future__ import annotations


def test_one_answer_a_line_also_for_an_empty_and_a_malformed_one(run, tmp_path):
    (tmp_path / "values.txt").write_bytes("≥90%\n\n投诉办结率\t1002%\r\n每季度一次".encode("gb18030"))
    ran = run("targets", "values.txt", "--json")
    assert ran.code == 0
    assert [o["kind"] for o in ran.objects] == ["threshold", "malformed", "malformed", "frequency"]
    assert [o["raw"] for o in ran.objects] == ["≥90%", "", "1002%", "每季度一次"]


def test_a_value_reads_back_as_a_sentence_in_chinese_and_english(run):
    ran = run("target", "≥90%", "--name", "验收合格率")
    assert "“验收合格率”不低于90%。" in ran.out
    assert "“验收合格率” is at least 90%." in ran.out


def test_the_year_completes_a_date(run):
    assert run("target", "11月底前", "--year", 2024, "--json").one["clauses"][0]["by"] == "2024-11-30"
    assert run("target", "11月底前", "--json").one["clauses"][0]["by"] == "--11-30"


def test_what_was_not_understood_is_shown(run):
    ran = run("target", "扁2200篇")
    assert "未读懂 / not understood: 扁" in ran.out
