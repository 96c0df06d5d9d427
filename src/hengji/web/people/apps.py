"""The app of organisations and accounts."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Organisations, accounts, memberships."""

    name = "hengji.web.people"
    label = "people"
    verbose_name = "机构和人员"
