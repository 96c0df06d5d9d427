"""The app of dossiers."""

from django.apps import AppConfig


class YearsConfig(AppConfig):
    """Dossiers and the index of them."""

    name = "hengji.web.years"
    label = "years"
    verbose_name = "年度文件夹"
