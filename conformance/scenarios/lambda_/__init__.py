"""Lambda scenarios, one module a subject: the control plane. Functions are made, and none of them is invoked.

They were recorded from a LocalStack whose container runtime does nothing (``LEGACY_DOCKER_CLIENT=1 DOCKER_CMD=true``,
and an empty file in the place of its runtime's program): functions get ready, and that is all that these need.
"""
