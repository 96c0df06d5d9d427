"""The app of surveys."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Surveys and their answers."""

    name = "hengji.web.surveys"
    label = "surveys"
    verbose_name = "满意度调查"
