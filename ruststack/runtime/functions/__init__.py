"""What runs functions: the Runtime API, warm workers, and the processes or containers they live in."""

from ruststack.runtime.functions.pool import Functions

__all__ = ["Functions"]
