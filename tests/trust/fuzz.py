"""Coverage-guided fuzzing of the parsers with atheris, for a bounded time: `python -m tests.trust.fuzz lrc|tags|manifest [SECONDS]`.

atheris goes into a virtual environment of its own, with pydantic, tinytag, py3langid and numpy (see the README). Ends with exit
code 0 when nothing was found; a crash is written to the working directory by libFuzzer and ends with another.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["index", "tinytag"]):
    from tests.trust.parsers import SEEDS, TARGETS


def main() -> None:
    """Runs one target."""
    name, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(SEEDS[name]):
            (Path(corpus) / f"seed{number}").write_bytes(seed)
        options = [
            sys.argv[0],
            f"-max_total_time={seconds}",
            "-max_len=4096",
            "-rss_limit_mb=2048",
            "-timeout=10",
            corpus,
        ]
        atheris.Setup(options, TARGETS[name])
        atheris.Fuzz()


if __name__ == "__main__":
    main()
