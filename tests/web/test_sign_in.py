"""Signing in: so many wrong passwords lock a name, for a while, for everybody who types it, on every process."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hengji.web.flow.models import Entry
from hengji.web.people.models import Attempts, User


def sign_in(name: str, password: str, **extra):
    return Client(**extra).post(reverse("sign_in"), {"username": name, "password": password})


@pytest.fixture(autouse=True)
def _few(db, settings):
    settings.SIGN_IN_TRIES, settings.SIGN_IN_LOCKED = 3, 600


def test_after_so_many_wrong_passwords_the_right_one_is_refused_too_and_it_is_logged():
    assert [sign_in("finance", "x").status_code for _ in range(3)] == [200, 200, 200]
    answer = sign_in("finance", "p", REMOTE_ADDR="10.1.1.9")
    assert answer.status_code == 429
    assert "已暂时锁定" in answer.content.decode()
    assert "请在 10 分钟后再试" in answer.content.decode()
    assert [e.what for e in Entry.objects.order_by("pk")] == ["sign_in_failed"] * 3 + ["sign_in_locked"]
    assert sign_in("head", "p").status_code == 302  # others come in


@pytest.mark.parametrize("written", ["FINANCE", " finance ", "ｆinance"])
def test_a_name_written_otherwise_gets_no_more_attempts(written):
    for _ in range(3):
        sign_in(written, "x")
    assert sign_in("finance", "p").status_code == 429


def test_a_name_that_nobody_has_is_locked_like_any_other_so_that_it_tells_nothing():
    told = [sign_in("nobody", "x").status_code for _ in range(4)]
    assert told == [200, 200, 200, 429]


def test_who_signs_in_begins_to_count_anew():
    for _ in range(5):
        assert sign_in("finance", "x").status_code == 200
        assert sign_in("finance", "x").status_code == 200
        assert sign_in("finance", "p").status_code == 302
    assert not Attempts.objects.exists()


def test_the_lock_ends_by_itself_counted_from_the_last_free_attempt(monkeypatch):
    now = timezone.now()
    at = [now]
    monkeypatch.setattr(timezone, "now", lambda: at[0])
    for minute in (0, 5, 9):
        at[0] = now + datetime.timedelta(minutes=minute)
        sign_in("finance", "x")
    at[0] = now + datetime.timedelta(minutes=18)
    assert sign_in("finance", "p").status_code == 429  # a refused one does not put the end off
    at[0] = now + datetime.timedelta(minutes=19, seconds=1)
    assert sign_in("finance", "p").status_code == 302


def test_a_new_password_from_the_security_administrator_opens_the_lock(as_):
    for _ in range(3):
        sign_in("finance", "x")
    user = User.objects.get(username="finance")
    page = as_("security_admin").post(reverse("person", args=[user.pk]), {"do": "password"})
    assert sign_in("finance", page.context["password"]).status_code == 302


def test_neither_names_nor_addresses_are_kept():
    sign_in("finance", "x", REMOTE_ADDR="10.1.1.9")
    (kept,) = Attempts.objects.values_list("key", flat=True)
    assert len(kept) == 64
    assert int(kept, 16) >= 0
