"""The app of background work."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs."""

    name = "hengji.web.jobs"
    label = "jobs"
    verbose_name = "后台任务"
