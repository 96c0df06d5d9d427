"""The pages for outlets: what came, what did not, why an outlet needs a look, and the packet itself."""

from __future__ import annotations

import datetime
import shutil
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hengji.reception.clock import Clock, write_trial
from hengji.reception.devices import Device
from hengji.reception.inbox import records, segments
from hengji.reception.store.rolled import roll
from hengji.web.outlets.alarms import clock
from tests.reception.store.journals import BEGIN, FACTORS, ONE, TWO, Sent, gateway, live, receive

HOUR = datetime.timedelta(hours=1)
VALUES = (("w01018", "30.5", "N"), ("w21003", "1.25", "N"))


def sent() -> list[Sent]:
    """Two days of one outlet: hour 5 is missing, hour 7 flagged as a fault; the other outlet sends nothing."""
    hours = live(ONE, 48, values=VALUES)
    hours[7] = hours[7]._replace(values=(("w01018", "88.8", "D"), ("w21003", "1.25", "N")))
    return [one for n, one in enumerate(hours) if n != 5]


@pytest.fixture
def folder(tmp_path, own):
    """A gateway's folder of the own unit, at the moment of its last packet."""
    made = gateway(tmp_path / "gateway", ONE, TWO)
    receive(made, [one.entry() for one in sent()])
    roll(made)
    write_trial(made, Clock(BEGIN + 48 * HOUR, time.time(), 1.0))
    (made / "outlet_limits.csv").write_text(f"mn,factor,limit,range_top,detection\n{ONE.mn},w01018,50,20,\n", "utf-8")
    type(own.organisation).objects.filter(pk=own.organisation_id).update(gateway=str(made))
    return made


def text(client, route: str, *args, **asked) -> str:
    answer = client.get(reverse(route, args=args), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_puts_the_silent_outlet_first_and_says_that_all_is_simulated(as_, own, folder):
    page = text(as_("business"), "outlets", own.pk)
    assert "模拟数据" in page
    assert page.index("■ 无数据") < page.index("DW002") < page.index("DW001")


def test_the_list_speaks_english_where_that_is_asked_for(as_, own, folder):
    client = as_("business")
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = text(client, "outlets", own.pk)
    assert "■ no data" in page
    assert "nothing was ever received" in page
    assert "无数据" not in page


def test_asking_again_gives_the_part_alone_and_does_not_keep_the_sign_in_alive(as_, own, folder):
    client = as_("business")
    answer = client.get(reverse("outlets", args=[own.pk]) + "?live=1", headers={"hx-request": "true"})
    assert answer.content.decode().lstrip().startswith('<section id="outlets" hx-get')
    assert "seen" not in client.session
    client.get(reverse("outlets", args=[own.pk]))
    assert "seen" in client.session


def test_what_came_since_the_last_look_is_there_at_the_next(as_, own, folder):
    client = as_("business")
    assert "从未收到数据" in text(client, "outlets", own.pk)
    receive(folder, [Sent(TWO, BEGIN + 47 * HOUR, BEGIN + 48 * HOUR).entry()])
    assert "从未收到数据" not in text(client, "outlets", own.pk)


def test_an_outlet_shows_missing_and_flagged_hours_its_limit_and_the_rates_of_its_days(as_, own, folder):
    answer = as_("business").get(reverse("outlet", args=[own.pk, ONE.mn]), {"factor": "w01018"})
    hours = {h.begin: (h.value, h.flag, h.place is None) for h, _, _ in answer.context["hours"]}
    assert len(hours) == 48
    assert hours[BEGIN + 5 * HOUR] == (None, None, True)
    assert hours[BEGIN + 7 * HOUR] == ("88.8", "D", False)
    assert hours[BEGIN + 8 * HOUR] == ("30.5", "N", False)
    first = answer.context["days"][0]
    assert (str(first[0]), first[1].due, first[1].received, first[1].valid) == ("2024-03-04", 48, 46, 45)
    page = answer.content.decode()
    assert "D 故障" in page
    assert "缺数" in page
    assert "限值取自网关文件夹的限值表：50" in page
    assert "模拟数据" in page


def test_a_curve_has_a_month_of_days_at_most_and_says_so(as_, own, folder):
    answer = as_("business").get(reverse("outlet", args=[own.pk, ONE.mn]), {"from": "2023-01-01", "to": "2024-03-05"})
    assert str(answer.context["first"]) == "2024-02-04"
    assert "一次最多看" in answer.content.decode()


def test_each_hour_leads_to_its_packet_with_digest_and_covered_password(as_, own, folder):
    client = as_("business")
    listed = client.get(reverse("outlet", args=[own.pk, ONE.mn])).context["hours"]
    hour, _, place = listed[8]
    page = text(client, "outlet_packet", own.pk, *place.values())
    record = next(records(folder / "inbox" / place["day"] / place["segment"], place["begin"]))
    assert f"DataTime={hour.begin:%Y%m%d%H%M%S}" in page
    assert record.digest in page
    assert "与收到时一致" in page
    assert "没有问题" in page
    assert "PW=******" in page
    assert "123456" not in page.replace(record.digest, "")


def test_a_packet_that_was_altered_is_said_to_be(as_, own, folder):
    client = as_("business")
    place = client.get(reverse("outlet", args=[own.pk, ONE.mn])).context["hours"][8][2]
    path = segments(folder / "inbox")[0]
    path.write_bytes(path.read_bytes().replace(b"w01018-Avg=30.5", b"w01018-Avg=10.5"))
    page = text(client, "outlet_packet", own.pk, *place.values())
    assert "被改动过" in page
    assert "w01018-Avg=10.5" in page


@pytest.mark.parametrize("place", [("2024-03-04", "0001.inbox", 3), ("2024-03-04", "..", 0), ("..", "devices.csv", 0)])
def test_a_place_where_no_packet_begins_is_not_found(as_, own, folder, place):
    assert as_("business").get(f"/years/{own.pk}/packets/{place[0]}/{place[1]}/{place[2]}").status_code == 404


def test_an_outlet_that_the_register_does_not_name_is_not_found(as_, own, folder):
    assert as_("business").get(reverse("outlet", args=[own.pk, "X"])).status_code == 404


def test_people_of_another_unit_see_none_of_it(as_, other, folder):
    for route, args in (("outlets", []), ("outlet", [ONE.mn]), ("suspicions", []), ("alarms", [])):
        assert as_("business").get(reverse(route, args=[other.pk, *args])).status_code == 404


def test_a_unit_without_a_folder_is_told_who_sets_it(as_, own):
    assert "请系统管理员" in text(as_("business"), "outlets", own.pk)


def test_a_folder_that_is_gone_is_told_in_one_sentence(as_, own, folder):
    shutil.rmtree(folder)
    answer = as_("business").get(reverse("outlets", args=[own.pk]))
    assert answer.status_code < 500
    assert "设备登记表" in answer.content.decode()


def test_the_system_administrator_sets_the_folder_and_no_other_than_a_gateways(as_, own, folder):
    client, url = as_("system_admin"), reverse("organisation", args=[own.organisation_id])
    refused = client.post(url, {"name": "甲单位", "code": "", "gateway": str(folder / "inbox")})
    assert refused.status_code == 422
    assert "不是网关的文件夹" in refused.content.decode()
    assert client.post(url, {"name": "甲单位", "code": "", "gateway": str(folder)}).status_code == 302
    own.organisation.refresh_from_db()
    assert own.organisation.gateway == str(folder)


def test_suspicions_are_made_in_the_background_and_lead_to_their_packets(
    as_, own, folder, django_capture_on_commit_callbacks
):
    client = as_("business")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("suspect", args=[own.pk]))
    page = client.get(reverse("suspicions", args=[own.pk]))
    found = page.context["found"]
    assert found["suspicions"], "values above what the instrument can measure are suspect"
    assert all(row["place"] for one in found["suspicions"] for row in one["rows"])
    told = page.content.decode()
    assert "疑似，需现场核实" in told
    assert "模拟数据" in told
    assert "verified = false" in told


def test_clocks_run_until_something_was_done_and_no_longer():
    begin = datetime.datetime(2024, 3, 4, 8)
    assert clock(begin, begin + HOUR + HOUR / 2, begin + 9 * HOUR) == ("1:30", False)
    assert clock(begin, None, begin + 30 * HOUR) == ("30:00", True)


def test_the_list_asks_the_database_no_more_often_for_a_hundred_outlets(as_, own, folder):
    client, url = as_("business"), reverse("outlets", args=[own.pk])

    def queries() -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    few = queries()
    gateway(folder, *(Device(f"{n:024d}", "123456", "2017", outlet=f"D{n}", factors=FACTORS) for n in range(100)))
    assert queries() == few
