import datetime
import re
from decimal import Decimal

import pytest

from hengji.legislation import LawError, cite, document, documents, law, pack_named, packs

ON = datetime.date(2024, 1, 1)


def test_every_pack_that_comes_along_can_be_loaded():
    assert set(packs()) == {"national-2020", "central-2021", "guangdong-special", "custom"}
    for name in packs():
        assert pack_named(name).keys


def test_a_layer_that_says_nothing_leaves_the_base_in_force():
    own = law("self_evaluation.weights", pack="custom", on=ON)
    assert own.numbers == {
        "execution": Decimal(10),
        "output": Decimal(50),
        "outcome": Decimal(30),
        "satisfaction": Decimal(10),
    }
    assert own.citation.document == "财预〔2020〕10号"


def test_the_central_pack_gives_cost_a_weight_of_its_own():
    assert law("self_evaluation.weights_with_cost", pack="central-2021", on=ON).numbers["cost"] == 20


def test_before_the_upper_layer_begins_the_base_holds():
    early = law("self_evaluation.qualitative_bands", pack="central-2021", on=datetime.date(2020, 6, 1))
    assert early.citation.document == "财预〔2020〕10号"


def test_what_was_never_checked_says_so():
    assert not law("target_review.items", on=ON).verified
    assert "出处待核" in law("target_review.items", on=ON).citation.zh


def test_the_points_of_the_eight_items_add_up_to_a_hundred():
    rows = law("target_review.items", on=ON).rows
    assert [str(r["points"]) for r in rows] == ["10", "10", "15", "15", "15", "15", "10", "10"]


@pytest.mark.parametrize(
    ("key", "pack", "on", "reason"),
    [
        ("self_evaluation.weights", "nowhere", ON, "pack"),
        ("self_evaluation.no_such_key", "national-2020", ON, "key"),
        ("self_evaluation.weights", "national-2020", datetime.date(2019, 12, 31), "date"),
    ],
)
def test_what_is_not_there_is_named_in_both_languages(key, pack, on, reason):
    with pytest.raises(LawError) as raised:
        law(key, pack=pack, on=on)
    assert raised.value.reason == reason
    assert raised.value.zh
    assert raised.value.en


def test_a_value_is_not_handed_out_as_something_else():
    with pytest.raises(TypeError):
        _ = law("self_evaluation.weights", on=ON).number


def test_a_citation_carries_number_title_and_topic():
    found = cite("mof-2015-88", "细化量化")
    assert (found.document, found.topic, found.verified) == ("财预〔2015〕88号", "细化量化", False)


def test_an_unknown_document_cannot_be_cited():
    with pytest.raises(LawError) as raised:
        cite("mof-1999-1", "x")
    assert raised.value.reason == "document"


def test_a_document_is_not_in_force_before_its_day():
    assert not document("mof-2021-101").in_force(datetime.date(2021, 8, 17))
    assert document("mof-2021-101").in_force(datetime.date(2021, 8, 18))


def test_no_entry_and_no_document_carries_an_article_number():
    texts = [d.title + d.note for d in documents().values()]
    for name in packs():
        texts += [e.topic + e.note for versions in pack_named(name).entries.values() for e in versions]
    assert not [t for t in texts if re.search(r"第[\d一二三四五六七八九十]+条", t)]
