"""Lambda scenarios, one module a subject: the control plane. Functions are made, and none of them is invoked.

They were recorded from a LocalStack whose container runtime does nothing (so ``tools.peers`` starts it): functions get
ready, and that is all that these need.
"""
