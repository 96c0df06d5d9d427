"""Personal values: only pseudonyms are kept, and after erasing them nobody is found again while every digest still fits."""

from __future__ import annotations

import datetime
import re
import stat

import pyarrow.parquet as pq
import pytest

from hengji.evidence.errors import EvidenceError
from hengji.evidence.pseudonyms import Keys
from hengji.evidence.register import registers
from hengji.evidence.store import MANIFEST, Store

AT = datetime.datetime(2024, 12, 31, 9)
HEAD = "来源系统,来源编号,排放口编号,巡查时间,巡查人员,巡查结果,录入人\n"
NAMES = ("欧阳巡查", "司徒录入")


def patrols(*rows: str) -> str:
    return HEAD + "".join(f"巡查,{row}\n" for row in rows)


def row(key: object, day: str = "2024-01-05", who: str = NAMES[0], result: str = "正常") -> str:
    return f"{key},DW001,{day} 08:30,{who},{result},{NAMES[1]}"


@pytest.fixture
def everything(store):
    """All bytes that the store keeps, Parquet read as text too."""

    def go() -> str:
        kept = []
        for path in store.folder.rglob("*"):
            if path.is_file():
                kept.append(path.read_bytes().decode("utf-8", "replace"))
                if path.suffix == ".parquet":
                    kept.append(str(pq.read_table(path).to_pylist()))
        return "\n".join(kept)

    return go


def test_every_register_with_persons_has_a_term_for_them():
    for one in registers().values():
        own = [f.name for f in one.fields if f.personal and f.name != "recorded_by"]
        assert bool(own) == (one.retention_years is not None), one.name


def test_no_plain_personal_value_is_kept_anywhere_good_row_or_bad(put, everything):
    given = patrols(
        row(1), row(2, day="2024-02-30"), row(3, result="尚可"), row(4), row(4, result="异常"), "5,DW001," + NAMES[0]
    )
    done = put("system_patrol", given)
    assert (done.written, done.rejected_count) == (1, 5)
    for name in NAMES:
        assert name not in everything()
        assert name not in repr(done)


def test_a_personal_cell_that_is_itself_bad_is_not_shown(put, everything):
    done = put("system_patrol", patrols(row(1, who=NAMES[0] * 6000), row(2, who="#REF!")))
    assert done.rejected_count == 2
    assert NAMES[0] not in everything()
    assert NAMES[0] not in repr(done)


def test_the_same_person_has_one_pseudonym_in_a_register_and_year_and_another_elsewhere(put, held):
    put("system_patrol", patrols(row(1), row(2), row(3, day="2023-05-05"), row(4, who="东方他人")))
    put(
        "duty_log",
        f"来源系统,来源编号,值守开始,值守结束,值守人员,值守渠道\n甲,1,2024-01-05 08:00,2024-01-06 08:00,{NAMES[0]},12369\n",
    )
    one, two, earlier, other = (r["operator"] for r in held("system_patrol"))
    (duty,) = (r["person"] for r in held("duty_log"))
    assert one == two
    assert len({one, earlier, other, duty}) == 4
    assert all(re.fullmatch("[0-9a-f]{16}", p) for p in (one, earlier, other, duty))


def test_two_stores_cannot_be_joined_by_their_pseudonyms(tmp_path):
    found = set()
    for name in ("a", "b"):
        store = Store(tmp_path / name)
        store.add_file("system_patrol", patrols(row(1)).encode(), file="x.csv", at=AT)
        found.add(pq.read_table(store.batches()[0].path)["operator"][0].as_py())
    assert len(found) == 2


def test_importing_persons_twice_changes_nothing(put):
    put("system_patrol", patrols(row(1), row(2)))
    assert put("system_patrol", patrols(row(1), row(2))).decided.unchanged == 2


def test_a_rejected_row_that_comes_back_corrected_keeps_its_pseudonyms(put, held):
    put("system_patrol", patrols(row(1)))
    bad = put("system_patrol", patrols(row(2, result="尚可"), row(3), row(3, result="异常")))
    text = bad.quarantine.read_text("utf-8-sig").replace("尚可", "正常")
    lines = text.splitlines(keepends=True)
    assert put("system_patrol", "".join(lines[:3])).rejected_count == 0  # heading, row 2, one of the rows 3
    rows = held("system_patrol")
    assert len(rows) == 3
    assert len({r["operator"] for r in rows}) == 1
    assert len({r["recorded_by"] for r in rows}) == 1


def test_keys_lie_apart_and_only_their_owner_may_read_them(put, store):
    put("system_patrol", patrols(row(1)))
    (key,) = (store.folder / "keys").iterdir()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert store.years_with_personal_data("system_patrol") == {2024}


def test_erasing_keeps_chain_and_digests_whole_and_leaves_nobody_to_be_found(put, store, held):
    put("system_patrol", patrols(row(1), row(2, day="2023-05-05")))
    batches = [b.path.read_bytes() for b in store.batches()]
    pseudonym = held("system_patrol")[0]["operator"]
    assert Keys(store.folder / "keys", "system_patrol").pseudonym(NAMES[0], 2024) == pseudonym
    store.erase("system_patrol", {2024}, at=AT, by="档案员", why="保存期满")
    assert [b.path.read_bytes() for b in store.batches()] == batches
    assert store.check_files() == []
    assert store.entries()[-1] | {"prev": ""} == {
        "seq": 2, "kind": "erased", "at": "2024-12-31T09:00:00", "register": "system_patrol", "years": [2024],
        "by": "档案员", "why": "保存期满", "prev": "",
    }  # fmt: skip
    assert store.years_with_personal_data("system_patrol") == {2023}
    # The only way from a name to its pseudonym is the key: with a new one the same name is somebody else.
    assert Keys(store.folder / "keys", "system_patrol").pseudonym(NAMES[0], 2024) != pseudonym
    assert put("system_patrol", patrols(row(7, day="2023-05-06"))).written == 1


def test_after_erasing_personal_data_of_that_year_are_not_taken_again_and_the_rest_is(put, store, everything):
    put("system_patrol", patrols(row(1)))
    store.erase("system_patrol", {2024}, at=AT, by="档案员", why="保存期满")
    nobody = "6,DW001,2024-03-01 08:30,,正常,"
    done = put("system_patrol", patrols(row(5), nobody, row(7, day="2023-05-05")))
    assert (done.written, done.rejected_count) == (2, 1)
    assert "已按期限删除" in done.rejected[0].trouble[0].zh
    assert NAMES[0] not in everything()
    assert store.years_with_personal_data("system_patrol") == {2023}


def test_an_erasure_that_was_cut_short_is_finished_by_the_next_import(put, store):
    put("system_patrol", patrols(row(1)))
    key = store.folder / "keys" / "system_patrol-2024"
    kept = key.read_bytes()
    store.erase("system_patrol", {2024}, at=AT, by="档案员", why="保存期满")
    key.write_bytes(kept)  # as if the machine had stopped between the line and the deletion
    assert store.years_with_personal_data("system_patrol") == set()
    put("system_patrol", patrols(row(2, day="2023-05-05")))
    assert not key.exists()


def test_erasing_from_a_register_that_is_not_known_is_refused(store):
    with pytest.raises(EvidenceError, match="There is no register"):
        store.erase("people", {2024}, at=AT, by="档案员", why="保存期满")
    assert not (store.folder / MANIFEST).exists()
