"""Settings for all tests: no test is timed, so that a busy machine is never a failure."""

from hypothesis import HealthCheck, settings

settings.register_profile("hengji", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hengji")
