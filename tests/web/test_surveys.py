"""Surveys: answered by link without a name, once a browser; paper typed in; closed into registers."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.dossier.computed import store_of
from hengji.evidence.engine import open_engine
from hengji.web.surveys.models import Survey

FORM = {"title": "服务满意度调查", "project": "1", "questions": "总体\n时效\n\n", "population": "40", "sent": "10"}


@pytest.fixture
def survey(as_, fresh) -> Survey:
    as_("business").post(reverse("surveys", args=[fresh.pk]), FORM)
    return Survey.objects.get(dossier=fresh)


def filled(*points: int) -> dict[str, int]:
    return {f"q{n}": p for n, p in enumerate(points, 1)}


def test_a_questionnaire_has_the_lines_that_were_written(survey):
    assert (survey.questions, survey.population, survey.sent) == (["总体", "时效"], 40, 10)


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", " "), ("project", "99"), ("questions", "\n"), ("sent", "41"), ("sent", "-1"), ("population", "x")],
)
def test_a_survey_that_makes_no_sense_is_not_made(as_, fresh, field, value):
    answer = as_("business").post(reverse("surveys", args=[fresh.pk]), {**FORM, field: value})
    assert answer.status_code == 422
    assert not Survey.objects.filter(dossier=fresh).exists()


def test_whoever_holds_the_link_answers_once_without_a_name(survey):
    client, url = Client(), reverse("answer", args=[survey.token])
    assert client.get(url).status_code == 200
    for _ in range(2):
        client.post(url, filled(5, 4))
    assert [a.points for a in survey.answers.all()] == [[5, 4]]
    assert [str(a.score) for a in survey.answers.all()] == ["90.000000"]
    assert Client().get(reverse("answer", args=["no-such-link"])).status_code == 404


@pytest.mark.parametrize("points", [(5,), (5, 6), (0, 5)])
def test_an_answer_that_is_not_whole_is_not_kept(survey, points):
    assert Client().post(reverse("answer", args=[survey.token]), filled(*points)).status_code == 422
    assert survey.answers.count() == 0


def test_no_more_answers_are_taken_than_forms_were_sent(survey):
    url = reverse("answer", args=[survey.token])
    for _ in range(10):
        assert Client().post(url, filled(5, 4)).status_code == 200
    assert "已全部收回" in Client().post(url, filled(1, 1)).content.decode()
    assert survey.answers.count() == 10


def test_a_flood_from_one_address_is_stopped_and_others_are_heard(survey, monkeypatch):
    monkeypatch.setattr("hengji.web.surveys.views.MOST_AN_HOUR", 3)
    url = reverse("answer", args=[survey.token])
    told = [Client(REMOTE_ADDR="10.1.1.1").post(url, filled(1, 1)).status_code for _ in range(5)]
    assert told == [200, 200, 200, 429, 429]
    assert Client(REMOTE_ADDR="10.1.1.2").post(url, filled(5, 5)).status_code == 200
    assert survey.answers.count() == 4


def test_an_address_that_the_sender_makes_up_counts_only_where_a_proxy_writes_it(survey, settings, monkeypatch):
    monkeypatch.setattr("hengji.web.surveys.views.MOST_AN_HOUR", 1)
    url = reverse("answer", args=[survey.token])

    def post(said: str) -> int:
        return Client().post(url, filled(1, 1), headers={"X-Forwarded-For": said}).status_code

    assert [post("1.1.1.1"), post("2.2.2.2")] == [200, 429]
    settings.BEHIND_PROXY = True
    assert [post("9.9.9.9, 3.3.3.3"), post("8.8.8.8, 3.3.3.3"), post("4.4.4.4")] == [200, 429, 200]


def test_closing_makes_records_and_takes_no_more_answers(as_, survey, fresh):
    client = as_("business")
    client.post(reverse("survey_paper", args=[fresh.pk, survey.pk]), filled(3, 3))
    Client().post(reverse("answer", args=[survey.token]), filled(5, 5))
    page = client.get(reverse("survey", args=[fresh.pk, survey.pk])).content.decode()
    assert "20.00%" in page  # 2 of 10 sent
    assert "80.00" in page
    for _ in range(2):
        client.post(reverse("survey_close", args=[fresh.pk, survey.pk]))
    Client().post(reverse("answer", args=[survey.token]), filled(1, 1))
    client.post(reverse("survey_paper", args=[fresh.pk, survey.pk]), filled(1, 1))
    assert survey.answers.count() == 2
    store = store_of(open_dossier(fresh.folder))
    assert {b.register: b.counts["new"] for b in store.batches()} == {"survey": 1, "survey_response": 2}
    engine = open_engine(store)
    rows = engine.run(engine.current("survey_response", datetime.date(2030, 12, 31)).select("score", "respondent"))
    assert sorted(int(r["score"]) for r in rows) == [60, 100]
    assert not any("第" in str(r["respondent"]) for r in rows)  # kept as pseudonyms only
