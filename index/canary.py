"""Reads a vector index in a process of its own: `python -m index.canary DIRECTORY`, exit code 0 when it is sound."""

from __future__ import annotations

import sys
from pathlib import Path

from index.store import Store
from index.vectors import ask_canary


def main(directory: Path) -> int:
    """Prints what is wrong, if anything."""
    trouble = ask_canary(Store(directory), directory)
    print(trouble or "")
    return 1 if trouble else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
