"""`python -m app [--workspace DIR] [--demo] [FILE ...]`: the desk."""

from __future__ import annotations

import os
import sys


def main() -> int:
    """Run the desk and return its exit code; a failure to start is one sentence on standard error."""
    try:
        from app.bootstrap import create_application
    except ImportError as error:
        sys.stderr.write(f"Discern's desk cannot be started: {error}.\n")
        return 1
    from core.errors import Cancelled, DiscernError

    # Whatever is written, reports and exports included, shows faces or names: it is its owner's alone.
    os.umask(0o077)
    try:
        desk = create_application(sys.argv[1:])
    except Cancelled as error:
        sys.stderr.write(f"{error}\n")
        return 3
    except DiscernError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return desk.run()


if __name__ == "__main__":
    sys.exit(main())
