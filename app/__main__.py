"""`python -m app [--workspace DIR] [--demo] [FILE ...]`: the desk."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the desk and return its exit code; a failure to start is one sentence on standard error."""
    try:
        from app.bootstrap import create_application
    except ImportError as error:
        sys.stderr.write(f"Discern's desk cannot be started: {error}.\n")
        return 1
    from core.errors import DiscernError

    try:
        desk = create_application(sys.argv[1:])
    except DiscernError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return desk.run()


if __name__ == "__main__":
    sys.exit(main())
