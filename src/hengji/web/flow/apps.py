"""The app of steps and acts."""

from django.apps import AppConfig


class FlowConfig(AppConfig):
    """Cases, their steps, the log of acts."""

    name = "hengji.web.flow"
    label = "flow"
    verbose_name = "流程"
