"""A sign-in that runs out in the middle of a form costs nothing that was typed, and shows it to nobody else."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from hengji.dossier import open_dossier
from hengji.web.people.models import User

WHY = "与公布文件核对，第3页"


@pytest.fixture
def browser(db):
    """A browser that checks tokens as a real one must, with finance signed in."""
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("sign_in"))
    sign_in(client, "finance")
    return client


def token(client, path: str) -> str:
    return re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(path).content.decode())[1]


def sign_in(client, name: str):
    User.objects.filter(username=name).update(must_change=False)
    said = {"username": name, "password": "p", "csrfmiddlewaretoken": token(client, reverse("sign_in"))}
    return client.post(reverse("sign_in") + "?next=/draft", {**said, "next": "/draft"})


def typed(client, dossier):
    """Fill in a cell, and let the sign-in run out before it is sent."""
    url = reverse("cell", args=[dossier.pk, 1, 1, "annual_target"])
    fields = {
        "seen": "车2台",
        "value": "3台",
        "why": WHY,
        "kind": "correction",
        "csrfmiddlewaretoken": token(client, url),
    }
    Session.objects.all().delete()
    return url, client.post(url, fields)


def test_what_was_typed_is_shown_after_signing_in_again_and_sent_with_one_click(browser, fresh):
    url, answer = typed(browser, fresh)
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/draft")
    assert not open_dossier(fresh.folder).changes.read()
    sign_in(browser, "finance")
    page = browser.get("/draft").content.decode()
    assert WHY in page
    assert f'action="{url}"' in page
    again = dict(
        re.findall(
            r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.split(f'action="{url}"')[1].split("</form>")[0]
        )
    )
    assert browser.post(url, again).status_code == 302
    (change,) = open_dossier(fresh.folder).changes.read()
    assert (change.why, change.new["value"]) == (WHY, "3台")
    assert browser.get("/draft")["Location"] == "/"  # sent, and gone


def test_somebody_else_at_the_same_browser_sees_none_of_it(browser, fresh):
    typed(browser, fresh)
    sign_in(browser, "head")
    assert browser.get("/draft")["Location"] == "/"
    browser.post("/sign-out", {"csrfmiddlewaretoken": token(browser, "/")})
    sign_in(browser, "finance")
    assert browser.get("/draft")["Location"] == "/"


def test_it_can_be_let_go(browser, fresh):
    typed(browser, fresh)
    sign_in(browser, "finance")
    browser.post("/draft", {"csrfmiddlewaretoken": token(browser, "/draft")})
    assert browser.get("/draft")["Location"] == "/"
    assert not open_dossier(fresh.folder).changes.read()


def test_another_site_can_put_nothing_into_a_draft(browser, fresh):
    url = reverse("cell", args=[fresh.pk, 1, 1, "annual_target"])
    Session.objects.all().delete()
    answer = browser.post(url, {"value": "9台", "why": "x", "kind": "correction"})  # no token
    assert answer["Location"] == f"/sign-in?next={url}"


def test_passwords_are_never_kept(browser):
    fields = {"old_password": "p", "new_password1": "secret-1234", "new_password2": "secret-1234",
              "csrfmiddlewaretoken": token(browser, "/password")}  # fmt: skip
    Session.objects.all().delete()
    assert browser.post("/password", fields)["Location"] == "/sign-in?next=/password"
    assert not any("secret" in str(s.get_decoded()) for s in Session.objects.all())
