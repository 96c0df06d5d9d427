"""Settings for all tests: no test is timed, so that a busy machine is never a failure."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("hengji", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hengji")

LONG = (
    "evidence/test_spark", "reception/store/test_truth", "web/test_year_browser", "web/test_year_kills", "evidence/test_truth",
    "evidence/suspicion/test_measured", "evidence/test_weather_runs", "cli/test_compute_kills", "evidence/test_store_kills",
    "web/test_browser", "web/test_site_kills", "gateway/test_kills", "evidence/test_suggest", "web/test_outlets_browser",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest: begun last, one of them keeps all other workers waiting."""
    places = {f"tests/{name}.py": place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONG)))
