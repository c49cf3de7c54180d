"""boto3 sessions for tests. boto3 is the tests' own, not the server's: only whoever asks for a client needs it."""

from __future__ import annotations

import importlib
import os
from typing import Any, Final

# By name: the profile and the files that botocore would read, without the variables that choose them.
_ISOLATED: Final = {
    "profile": (None, None, None, None),
    "config_file": (None, None, os.devnull, None),
    "credentials_file": (None, None, os.devnull, None),
}


def session() -> Any:
    """A boto3 session that the user's own profile and files under ~/.aws do not reach.

    Raises ModuleNotFoundError when boto3 is not installed.
    """
    try:
        boto3 = importlib.import_module("boto3.session")
        botocore = importlib.import_module("botocore.session")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("a client needs boto3: pip install boto3", name=error.name) from None
    return boto3.Session(botocore_session=botocore.Session(session_vars=dict(_ISOLATED)))
