"""Takes hostile files through analyze, case add, enroll, search, report and verify, and prints counts.

    python -m tests.benchmarks.hostile_inputs [--mutations 500] [--seed 1] [--keep DIR] [--decode]

With --decode the files are only decoded, which takes a tenth of the time. Exit code 1 when anything happened
that must not.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from core.settings import load_settings
from tests.core.hostile_files import make_corpus
from tests.core.hostile_run import SETTINGS, HostileRun, decode_all


def main() -> int:
    """Make the corpus, run it, print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutations", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="An empty folder for the corpus, workspace and reports.")
    parser.add_argument("--decode", action="store_true", help="Only decode the files.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hostile-") as made:
        folder = arguments.keep or Path(made)
        corpus = make_corpus(folder / "corpus", arguments.mutations, arguments.seed)
        if arguments.decode:
            settings = folder / "settings.toml"
            settings.write_text(SETTINGS, encoding="utf-8")
            tally = decode_all(corpus, load_settings(settings))
        else:
            tally = HostileRun(folder, corpus).everything()
    print(f"{len(corpus)} files, seed {arguments.seed}")
    print(tally.table())
    return 1 if tally.faults else 0


if __name__ == "__main__":
    sys.exit(main())
