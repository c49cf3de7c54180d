"""The command line: `ruststack start | status | reset | snapshot | restore | env | logs | doctor`."""

from __future__ import annotations

import gc
import importlib
import sys
from collections.abc import Sequence
from typing import Final

from ruststack.config import BadSetting, Config, load
from ruststack.parsing import boolean
from ruststack.settings import SETTINGS

BAD_USAGE: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. The exit code is 0, 1 when it could not be done, or 2 for bad usage and settings."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        flags = quick_start(words)
        if flags is not None:
            config = load(flags)
            # What a start loads stays for good: looking through it for garbage takes a ninth of the start.
            gc.disable()
            code: int = importlib.import_module("ruststack.serve").serve(config)
            return code
        given = importlib.import_module("ruststack.usage").parser().parse_args(words)
        config = load({name: value for name, value in vars(given).items() if name in Config._fields and value})
    except BadSetting as error:
        print(f"ruststack: {error}", file=sys.stderr)
        return BAD_USAGE
    code = given.run(config, given)
    return code


def quick_start(words: Sequence[str]) -> dict[str, str] | None:
    """The flags of a plain `start`, by field, or None when the words ask for anything else.

    Building the whole parser takes a tenth of the time in which the server starts.
    """
    if not words or words[0] != "start":
        return None
    settings = {setting.flag: setting for setting in SETTINGS}
    flags: dict[str, str] = {}
    rest = list(reversed(words[1:]))
    while rest:
        flag, equals, value = rest.pop().partition("=")
        setting = settings.get(flag)
        if setting is None:
            return None
        if not equals:
            has_value = bool(rest) and not rest[-1].startswith("-")
            if not has_value and setting.read is not boolean:
                return None
            value = rest.pop() if has_value else "1"
        flags[setting.field] = value
    return flags


if __name__ == "__main__":
    sys.exit(main())
