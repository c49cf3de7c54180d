"""``python -m tools.docs``: write the generated sections and files, check them, or print an example of a document.

write            every generated section of README.md and docs/, and recordings/score.json (make docs)
check            exit 1 if one of them would change
extract FILE X   the examples that FILE marks with ``<!-- run: X -->``
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from tools.docs.fences import example
from tools.docs.operations import operations_table
from tools.docs.pages import action_table, exit_codes, sources_table
from tools.docs.scores import operation_table, score_file, score_table
from tools.docs.sections import spliced
from tools.docs.settings import settings_table

ROOT = Path(__file__).resolve().parents[2]

SECTIONS: dict[tuple[str, str], Callable[[], str]] = {
    ("docs/configuration.md", "settings"): settings_table,
    ("docs/coverage.md", "operations"): operations_table,
    ("docs/coverage.md", "score-by-operation"): operation_table,
    ("README.md", "score"): score_table,
    ("docs/judge.md", "exit-codes"): exit_codes,
    ("docs/comparing.md", "action"): action_table,
    ("docs/conformance.md", "sources"): sources_table,
}
FILES: dict[str, Callable[[], str]] = {"recordings/score.json": score_file}


def main(arguments: list[str] | None = None) -> int:
    match sys.argv[1:] if arguments is None else arguments:
        case [] | ["write"]:
            for path, fresh in stale():
                path.write_text(fresh)
                print(f"{path.relative_to(ROOT)} written anew")
        case ["check"]:
            late = [str(path.relative_to(ROOT)) for path, _ in stale()]
            print("\n".join(f"{path} is out of step: make docs" for path in late), end="\n" if late else "")
            return 1 if late else 0
        case ["extract", file, name]:
            print(example(Path(file).read_text(), name), end="")
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


def stale() -> list[tuple[Path, str]]:
    """The documents and files that would change, with their new text."""
    texts: dict[Path, str] = {}
    for (file, name), generate in SECTIONS.items():
        path = ROOT / file
        texts[path] = spliced(texts.get(path) or path.read_text(), name, generate())
    texts |= {ROOT / file: generate() for file, generate in FILES.items()}
    return [(path, text) for path, text in texts.items() if not path.exists() or text != path.read_text()]


if __name__ == "__main__":
    sys.exit(main())
