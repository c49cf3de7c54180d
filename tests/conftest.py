"""What every test of properties abides by: the same examples in every run, and no clock, so that load fails nothing."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# Other examples in each run, for who goes looking: HYPOTHESIS_PROFILE=default.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
