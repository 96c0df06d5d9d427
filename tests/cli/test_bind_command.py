"""`hengji bind`: what is bound, proposals with reasons, and that only a person makes a binding count."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from hengji.evidence.bindings import read_bindings

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024" / "bindings.toml"


@pytest.fixture
def bound(dossier: Path) -> Path:
    shutil.copyfile(EXAMPLE, dossier / "bindings.toml")
    return dossier


def bindings(folder: Path):
    return read_bindings((folder / "bindings.toml").read_text("utf-8"), "bindings.toml")


def test_a_bound_year_lists_every_indicator_with_its_measure_and_who_confirmed_it(run, bound):
    ran = run("bind", bound, "--json")
    assert ran.code == 0
    assert ran.one["format"] == "hengji.bindings/1"
    assert ran.one["counts"] == {"confirmed": 139, "proposed": 0, "unbound": 0}
    first = ran.one["indicators"][1]
    assert (first["name"], first["state"], first["binding"]["measure"]) == ("验收合格率", "confirmed", "pass_rate")
    assert first["binding"]["confirmed_on"] == "2024-01-15"
    assert "suggestions" not in first
    assert "pass_rate" in run("bind", bound).out


def test_a_year_without_bindings_says_so_of_each_indicator(run, dossier):
    ran = run("bind", dossier)
    assert ran.code == 0
    assert ran.out.count("未挂接") == 140
    assert not (dossier / "bindings.toml").exists()


def test_proposals_come_with_reasons_and_bind_nothing(run, dossier):
    ran = run("bind", dossier, "--suggest", "--json")
    second = ran.one["indicators"][1]
    assert second["state"] == "unbound"
    assert second["suggestions"][0]["measure"] == "pass_rate"
    assert len(second["suggestions"]) == 3
    assert all(r["zh"] and r["en"] for r in second["suggestions"][0]["reasons"])
    assert not (dossier / "bindings.toml").exists()
    assert "名称里的“合格率”" in run("bind", dossier, "--suggest").out.replace("\n", "")


def test_bound_indicators_get_proposals_only_when_asked_for(run, bound):
    def count(*words):
        return sum("suggestions" in i for i in run("bind", bound, "--suggest", *words, "--json").one["indicators"])

    assert (count(), count("--all")) == (0, 139)


def test_written_proposals_are_valid_and_confirmed_by_nobody(run, dossier):
    ran = run("bind", dossier, "--suggest", "--write", "--json")
    assert ran.code == 0
    assert ran.one["counts"] == {"confirmed": 0, "proposed": 139, "unbound": 0}
    written = bindings(dossier)
    assert len(written) == 139
    assert not any(b.confirmed for b in written)
    assert all(b.reading.startswith("建议") for b in written)


def test_writing_again_adds_nothing_and_keeps_what_people_wrote(run, dossier):
    text = '# 我们的挂接\n[[binding]]\nproject = "购置经费"\nindicator = 2\nmeasure = "qualitative_graded"\n'
    (dossier / "bindings.toml").write_text(text, encoding="utf-8")
    run("bind", dossier, "--suggest", "--write")
    first = (dossier / "bindings.toml").read_text("utf-8")
    assert first.startswith(text)
    assert len(bindings(dossier)) == 139
    run("bind", dossier, "--suggest", "--write")
    assert (dossier / "bindings.toml").read_text("utf-8") == first


def test_confirming_adds_two_lines_to_that_binding_and_changes_nothing_else(run, dossier):
    run("bind", dossier, "--suggest", "--write")
    before = (dossier / "bindings.toml").read_text("utf-8").splitlines()
    ran = run("bind", dossier, "--confirm", "购置经费#2", "--confirm", "2#5", "--by", "李四", "--json")
    assert ran.code == 0
    assert ran.one["counts"]["confirmed"] == 2
    after = (dossier / "bindings.toml").read_text("utf-8").splitlines()
    new = {'confirmed_by = "李四"', f"confirmed_on = {datetime.date.today()}"}
    assert [line for line in after if line not in new] == before
    assert len(after) == len(before) + 4
    who = {(b.project, b.indicator): b.confirmed_by for b in bindings(dossier) if b.confirmed}
    assert who == {("购置经费", 2): "李四", ("机构运行辅助经费", 5): "李四"}


def test_sub_tables_comments_and_line_ends_of_a_hand_written_file_stay(run, dossier):
    text = ('[[binding]]\r\nproject = "购置经费"\r\nindicator = 2\r\nmeasure = "pass_rate"\r\n[binding.with]\r\n'
            'register = "acceptance"\r\n\r\n# 下一条\r\n[[ binding ]] # 待定\r\nproject = "购置经费"\r\nindicator = 4\r\n'
            'measure = "qualitative_graded"')  # fmt: skip
    file = dossier / "bindings.toml"
    file.write_bytes(text.encode())
    assert run("bind", dossier, "--confirm", "1#2", "--confirm", "1#4", "--by", '王"五\\').code == 0
    lines = f'confirmed_by = "王\\"五\\\\"\r\nconfirmed_on = {datetime.date.today()}\r\n'
    wanted = text.replace("[binding.with]", f"{lines}[binding.with]") + "\r\n" + lines
    assert file.read_bytes().decode() == wanted
    assert [b.confirmed_by for b in bindings(dossier)] == ['王"五\\'] * 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--confirm", "1#2"], "确认人"),
        (["--confirm", "1#2", "--by", " "], "确认人"),
        (["--by", "李四"], "确认人"),
        (["--confirm", "1#99", "--by", "李四"], "没有第 99 项"),
        (["--confirm", "没有这个#1", "--by", "李四"], "没有项目"),
        (["--confirm", "1#2", "--by", "李四"], "已由模拟确认确认"),
        (["--write"], "--suggest"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(run, bound, words, said):
    before = (bound / "bindings.toml").read_bytes()
    ran = run("bind", bound, *words)
    assert ran.code == 2
    assert said in ran.err
    assert (bound / "bindings.toml").read_bytes() == before


def test_of_several_confirmations_one_wrong_leaves_all_undone(run, dossier):
    run("bind", dossier, "--suggest", "--write")
    assert run("bind", dossier, "--confirm", "1#2", "--confirm", "1#99", "--by", "李四").code == 2
    assert not any(b.confirmed for b in bindings(dossier))


def test_an_indicator_that_nothing_is_bound_to_cannot_be_confirmed(run, dossier):
    ran = run("bind", dossier, "--confirm", "1#2", "--by", "李四")
    assert ran.code == 2
    assert "没有可确认的" in ran.err


def test_a_binding_of_an_indicator_that_the_table_does_not_have_is_an_error_finding(run, dossier):
    (dossier / "bindings.toml").write_text(
        '[[binding]]\nproject = "别的项目"\nindicator = 1\nmeasure = "qualitative_graded"\n', encoding="utf-8"
    )
    ran = run("bind", dossier, "--json")
    assert ran.code == 1
    assert ran.one["astray"] == [{"project": "别的项目", "number": 1}]
    assert "别的项目#1" in ran.err


def test_a_measure_that_does_not_exist_is_refused_by_name(run, dossier):
    (dossier / "bindings.toml").write_text(
        '[[binding]]\nproject = "购置经费"\nindicator = 1\nmeasure = "magic"\n', encoding="utf-8"
    )
    ran = run("bind", dossier)
    assert ran.code == 2
    assert "magic" in ran.err
