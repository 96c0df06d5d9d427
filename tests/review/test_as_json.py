import datetime
import json

from hengji.model.review import Waiver
from hengji.review import review, review_json


def test_the_object_is_that_of_the_contract(seed, on):
    found = review_json(review(seed, on=on), seed)
    assert found["format"] == "hengji.review/1"
    assert {"findings", "not_checked", "projects"} <= set(found)
    one = next(f for f in found["findings"] if f["code"] == "T28")
    assert one["project"] == seed.projects[2].name
    assert one["indicator"] == 10
    assert set(one) >= {"code", "severity", "zh", "en", "place", "suggestion", "cites", "project", "indicator"}
    assert [p["name"] for p in found["projects"]] == [p.name for p in seed.projects]
    item = found["projects"][0]["items"][0]
    assert set(item) >= {"item", "max_points", "proposed_grade", "proposed_points", "because"}
    assert set(found["projects"][0]["grades"]) == {"general", "key"}


def test_it_is_plain_json_with_waivers_shown(seed, on):
    waiver = Waiver("T28", seed.projects[2].name, 10, "口径不同", "李四", datetime.date(2024, 3, 1))
    found = json.loads(json.dumps(review_json(review(seed, on=on, waivers=(waiver,)), seed)))
    assert [w["waiver"]["by"] for w in found["waived"]] == ["李四"]
