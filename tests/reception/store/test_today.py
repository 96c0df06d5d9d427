"""`hengji outlets` tells today's rates of what was rolled up, and what they lack."""

from __future__ import annotations

import json
import subprocess

from tests.gateway.serving import HENGJI, asked
from tests.reception.store.journals import BEGIN, DAY, HOUR, ONE, gateway, live, receive

from hengji.reception.clock import Clock, write_trial


def test_todays_rates_and_what_is_missing_or_not_valid(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    sent = live(ONE, 36, values=[("w01018", "1", "N"), ("w21003", "2", "N")])
    broken = [s._replace(values=[("w01018", "1", "D"), ("w21003", "2", "N")]) for s in sent[30:32]]
    receive(folder, [s.entry() for s in (*sent[:26], *sent[28:30], *broken, *sent[32:])])
    write_trial(folder, Clock(BEGIN + DAY + 12.5 * HOUR, 0.0, 1e-9))
    before = asked("outlets", str(folder), "--json")
    assert (before["rates_until"], before["outlets"][0]["rates"]) == (None, None)
    asked("gateway", "roll", str(folder), "--json")
    said = asked("outlets", str(folder), "--json")
    (outlet,) = said["outlets"]
    rate = outlet["rates"]
    assert said["rates_until"] == "2024-03-05T12:00:30"
    assert (rate["due"], rate["received"], rate["valid"]) == (22, 18, 16)  # hours 0 to 10; hour 11 is not overdue yet
    assert (rate["transmission_rate"], rate["effective_transmission_rate"]) == ("81.818182", "72.727273")
    assert {a["code"] for a in outlet["alarms"]} == {"missing", "invalid"}
    shown = subprocess.run([*HENGJI, "outlets", str(folder)], check=True, capture_output=True).stdout.decode()
    assert "81.82%" in shown


def test_the_rates_of_a_span_say_which_convention_was_used(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [s.entry() for s in live(ONE, 48)])
    assert subprocess.run([*HENGJI, "gateway", "rates", str(folder)], capture_output=True, check=False).returncode == 2
    asked("gateway", "roll", str(folder), "--json")
    for stops, words in (("deducted", "扣除备案停产时段"), ("kept", "不扣除备案停产时段")):
        asking = ["gateway", "rates", str(folder), "--to", "2024-03-06", "--stops", stops]
        assert asked(*asking, "--json")["stops"] == stops
        shown = subprocess.run([*HENGJI, *asking], check=True, capture_output=True).stdout.decode()
        assert words in shown
        assert "迟到 10 天内" in shown


def test_a_place_that_no_packet_begins_at_is_said(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [live(ONE, 1)[0].entry()])
    for place in ("2024-03-04/0001.inbox#7", "../devices.csv#0", "nothing"):
        ran = subprocess.run([*HENGJI, "gateway", "packet", str(folder), place], capture_output=True, check=False)
        assert ran.returncode == 2
        assert "没有" in ran.stderr.decode()


def test_a_packet_that_was_altered_is_shown_as_such(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [live(ONE, 1)[0].entry()])
    (path,) = (folder / "inbox").rglob("*.inbox")
    path.write_bytes(path.read_bytes().replace(b"-Avg=30.5", b"-Avg=10.5"))
    words = ["gateway", "packet", str(folder), "2024-03-04/0001.inbox#0", "--json"]
    ran = subprocess.run([*HENGJI, *words], capture_output=True, check=False)
    assert (ran.returncode, json.loads(ran.stdout)["sound"]) == (1, False)
