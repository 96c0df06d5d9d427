"""Three administrators, none of whom alone makes a person who can do something; nobody changes what is their own."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from hengji.web.flow.models import Entry
from hengji.web.people.models import Kind, Membership, Organisation, User


@pytest.fixture
def made(as_):
    """An account that the system administrator made."""
    as_("system_admin").post(reverse("accounts"), {"username": "li", "full_name": "李四"})
    return User.objects.get(username="li")


def granted(client, user, role: str, place: str = "甲单位"):
    where = Organisation.objects.get(name=place)
    return client.post(reverse("person", args=[user.pk]), {"do": "grant", "role": role, "organisation": where.pk})


def first_password(client, user) -> str:
    page = client.post(reverse("person", args=[user.pk]), {"do": "password"}).content.decode()
    return re.search(r'<code class="big">([^<]+)</code>', page)[1]


def test_one_makes_the_account_another_gives_role_and_password_and_the_person_chooses_a_new_one(as_, made):
    security = as_("security_admin")
    assert granted(security, made, "finance").status_code == 302
    password, person = first_password(security, made), Client()
    assert person.login(username="li", password=password)
    for path in ("/", "/years", reverse("years")):
        assert person.get(path)["Location"] == reverse("password")
    new = "另一个很长的密码-2025"
    assert (
        person.post(
            reverse("password"), {"old_password": password, "new_password1": new, "new_password2": new}
        ).status_code
        == 302
    )
    assert person.get("/years").status_code == 200  # signed in still
    assert not Client().login(username="li", password=password)
    assert Client().login(username="li", password=new)


def test_an_account_alone_can_neither_come_in_nor_do_anything(made):
    assert not made.has_usable_password()
    assert made.acts() == frozenset()


def test_who_makes_accounts_grants_nothing_and_who_grants_makes_none(as_, made):
    assert granted(as_("system_admin"), made, "finance").status_code == 403
    assert as_("security_admin").post(reverse("accounts"), {"username": "wang", "full_name": "王五"}).status_code == 403
    assert not made.memberships.exists()
    assert not User.objects.filter(username="wang").exists()


def test_nobody_grants_to_himself_withdraws_his_own_or_gives_himself_a_password(as_):
    own = User.objects.get(username="security_admin")
    client, before = as_("security_admin"), own.password
    answers = [granted(client, own, "audit_admin"), granted(client, own, "finance")]
    answers += [client.post(reverse("person", args=[own.pk]), {"do": do, "membership": own.memberships.get().pk})
                for do in ("withdraw", "password")]  # fmt: skip
    assert [a.status_code for a in answers] == [422] * 4
    own.refresh_from_db()
    assert ([m.role for m in own.memberships.all()], own.password) == (["security_admin"], before)


@pytest.mark.parametrize(("first", "second"), [("system_admin", "security_admin"), ("audit_admin", "system_admin"),
                                               ("finance", "audit_admin"), ("security_admin", "head")])  # fmt: skip
def test_roles_that_exclude_each_other_are_refused_on_the_page_in_both_languages(as_, made, first, second):
    security = as_("security_admin")
    granted(security, made, first)
    answer = granted(security, made, second)
    assert answer.status_code == 422
    assert "互斥" in answer.content.decode()
    security.cookies["django_language"] = "en"
    assert "exclude each other" in granted(security, made, second).content.decode()
    assert [m.role for m in made.memberships.all()] == [first]


def test_a_closed_account_is_out_at_once_and_no_case_waits_for_it(as_, fresh, made):
    granted(as_("security_admin"), made, "head", "乙单位")
    person = Client()
    person.force_login(made)
    User.objects.filter(pk=made.pk).update(must_change=False)
    assert person.get("/years").status_code == 200
    as_("system_admin").post(reverse("account", args=[made.pk]), {"do": "close"})
    assert person.get("/years").status_code == 302
    from hengji.web.access import Role
    from hengji.web.people.scope import holders

    assert not holders(Organisation.objects.get(name="乙单位"), Role.HEAD).exists()
    as_("system_admin").post(reverse("account", args=[made.pk]), {"do": "open"})
    assert holders(Organisation.objects.get(name="乙单位"), Role.HEAD).exists()


def test_the_last_administrator_of_a_kind_stays_and_nobody_closes_the_own_account(as_):
    system = as_("system_admin")
    for name in ("audit_admin", "security_admin", "system_admin"):
        one = User.objects.get(username=name)
        assert system.post(reverse("account", args=[one.pk]), {"do": "close"}).status_code == 422
        assert User.objects.get(pk=one.pk).is_active
    audit = User.objects.get(username="audit_admin")
    held = audit.memberships.get()
    answer = as_("security_admin").post(reverse("person", args=[audit.pk]), {"do": "withdraw", "membership": held.pk})
    assert "唯一的审计管理员" in answer.content.decode()
    assert audit.memberships.exists()


def test_a_role_withdrawn_counts_from_the_next_page_on(as_, made, own):
    security = as_("security_admin")
    granted(security, made, "finance")
    person = Client()
    person.force_login(made)
    User.objects.filter(pk=made.pk).update(must_change=False)
    assert person.get(reverse("table", args=[own.pk])).status_code == 200
    security.post(reverse("person", args=[made.pk]), {"do": "withdraw", "membership": made.memberships.get().pk})
    assert person.get(reverse("table", args=[own.pk])).status_code == 403


def test_what_administrators_do_is_in_the_log_without_any_password(as_, made):
    security = as_("security_admin")
    granted(security, made, "finance")
    password = first_password(security, made)
    page = as_("audit_admin").get(reverse("log")).content.decode()
    for words in ("建立账号", "授予角色", "财务科 甲单位", "发放密码", "安全管理员"):
        assert words in page
    assert password not in page
    assert not Entry.objects.filter(after__contains=password).exists()


@pytest.mark.parametrize(("fields", "said"), [
    ({"username": "a b", "full_name": "某"}, "账号只能用"), ({"username": "FINANCE", "full_name": "某"}, "已有"),
    ({"username": "x", "full_name": " "}, "请写姓名"),
])  # fmt: skip
def test_an_account_that_makes_no_sense_is_refused_with_the_reason(as_, fields, said):
    before = User.objects.count()
    answer = as_("system_admin").post(reverse("accounts"), fields)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert User.objects.count() == before


def test_organisations_stand_only_where_their_kind_may_and_reach_what_is_below(as_):
    client, above = as_("system_admin"), Organisation.objects.get(name="主管局")
    client.post(reverse("organisations"), {"name": "戊单位", "kind": "unit", "parent": above.pk, "code": "105"})
    unit = Organisation.objects.get(name="戊单位")
    assert unit.path == f"{above.path}{unit.pk}/"
    for fields in ({"name": "某科", "kind": "section", "parent": above.pk}, {"name": "某单位", "kind": "unit", "parent": ""},
                   {"name": "戊单位", "kind": "unit", "parent": above.pk}, {"name": "", "kind": "unit", "parent": above.pk},
                   {"name": "某", "kind": "none", "parent": above.pk}):  # fmt: skip
        assert client.post(reverse("organisations"), fields).status_code == 422, fields
    client.post(reverse("organisation", args=[unit.pk]), {"name": "戊单位(更名)", "code": "106"})
    assert Organisation.objects.get(pk=unit.pk).name == "戊单位(更名)"
    assert Organisation.objects.get(pk=unit.pk).path == unit.path


def test_titles_of_roles_kinds_and_registers_are_english_on_english_pages(as_, own):
    security, finance, system = as_("security_admin"), as_("finance"), as_("system_admin")
    for client in (security, finance, system):
        client.cookies["django_language"] = "en"
    page = security.get(reverse("roles")).content.decode()
    assert "system administrator" in page
    assert "系统管理员 ·" not in page
    assert "Petitions and complaints" in finance.get(reverse("register", args=[own.pk, "petition"])).content.decode()
    assert "budget unit" in system.get(reverse("organisations")).content.decode()


def test_a_new_installation_has_three_administrators_with_passwords_to_be_changed(db):
    from hengji.web.people.first import appoint

    assert appoint() == []  # there are people already
    Entry.objects.all().delete()
    from hengji.web.years.models import Dossier

    Dossier.objects.all().delete()
    Membership.objects.all().delete()
    User.objects.all().delete()
    told = appoint()
    assert [m.role for m in Membership.objects.order_by("pk")] == ["system_admin", "security_admin", "audit_admin"]
    assert all(User.objects.get(username=name).must_change for name, _, _ in told)
    name, password, _ = told[0]
    assert Client().login(username=name, password=password)
    assert Organisation.objects.filter(kind=Kind.FISCAL).exists()


def test_setting_up_without_a_demo_tells_the_first_accounts_in_a_private_file_and_never_again_makes_any(tmp_path):
    import os
    import subprocess
    import sys

    own = {k: v for k, v in os.environ.items() if not k.startswith(("HENGJI_", "DJANGO_"))}
    command = [sys.executable, "-m", "hengji.web", "--data", str(tmp_path / "data"), "--prepare"]
    told = []
    for _ in range(2):
        ran = subprocess.run(command, env=own, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stderr
        told.append((tmp_path / "data" / "first-accounts.txt").read_text("utf-8"))
    assert [line.split("\t")[0] for line in told[0].splitlines()] == ["xitong", "anquan", "shenji"]
    assert told[0] == told[1]
    assert (tmp_path / "data" / "first-accounts.txt").stat().st_mode & 0o077 == 0
    assert told[0].split("\t")[1] not in ran.stdout
