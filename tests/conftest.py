"""What holds for all tests, wherever and on however busy a machine they run."""

import os
import signal

from hypothesis import HealthCheck, settings

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would all programs that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Properties are tried on the same examples in every run, and without a clock.
settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
# Other examples in each run, for who goes looking: HYPOTHESIS_PROFILE=default.
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
