import datetime

import pytest

from hengji.legislation import PackError, law, pack_named, read_documents, read_pack

ENTRY = """
[[entry]]
key = "{key}"
from = {start}
{end}
document = "{document}"
topic = "试"
verified = false
value = {value}
"""


def entry(key="a.b", start="2020-03-01", end="", document="mof-2020-10", value="1"):
    return ENTRY.format(key=key, start=start, end=f"to = {end}" if end else "", document=document, value=value)


def broken(*entries):
    with pytest.raises(PackError) as raised:
        read_pack("own", {"own.toml": "\n".join(entries)}, base=None)
    return raised.value


def test_a_unit_can_lay_its_own_values_over_the_base():
    own = read_pack("own", {"own.toml": entry("review.many_indicators", value="30")}, base=pack_named("national-2020"))
    on = datetime.date(2024, 1, 1)
    assert law("review.many_indicators", pack=own, on=on).number == 30
    assert law("review.few_indicators", pack=own, on=on).number == 5


def test_two_versions_hold_each_in_its_time():
    pack = read_pack(
        "own", {"f.toml": entry(value="1", end="2022-12-31") + entry(start="2023-01-01", value="2")}, base=None
    )
    assert law("a.b", pack=pack, on=datetime.date(2022, 12, 31)).number == 1
    assert law("a.b", pack=pack, on=datetime.date(2023, 1, 1)).number == 2


def test_an_unknown_document_is_named_with_file_and_key():
    error = broken(entry(document="nobody-1"))
    assert (error.file, error.key) == ("own.toml", "a.b")
    assert "nobody-1" in error.zh
    assert "nobody-1" in error.en


@pytest.mark.parametrize(
    ("entries", "word"),
    [
        ([entry(), entry(start="2023-01-01")], "重叠"),
        ([entry(end="2019-01-01")], "早于"),
        ([entry(start="2019-01-01")], "早于"),
        ([entry("x.weights", value="{ output = 50, outcome = 40 }")], "100"),
        ([entry("x.items", value='[{ item = "甲", points = 90 }]')], "100"),
        ([entry("x.cut_offs", value="{ excellent = 80, good = 90 }")], "从高到低"),
        ([entry("x.bands", value="{ good = [80, 60], fair = [70, 0] }")], "不重叠"),
        (["[[entry]]\nkey = 'a.b'\nvalue = 1"], "缺少"),
        (["[[entry"], "TOML"),
    ],
)
def test_a_pack_that_contradicts_itself_is_refused_in_one_sentence(entries, word):
    assert word in broken(*entries).zh


def test_a_document_that_lacks_a_field_is_refused():
    with pytest.raises(PackError, match="title"):
        read_documents('[x]\nnumber = "1"\nissuer = ""\nverified = false')
