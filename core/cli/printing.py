"""Text as a terminal may be shown it: names of files and people come from strangers and hold anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from core.imaging.naming import one_line


def printable(text: str, stream: TextIO) -> str:
    """Return a line that cannot move the cursor, colour the terminal or make up another line.

    Parameters
    ----------
    text : str
        What to print. Line breaks at its ends are kept.
    stream : text file
        Where it goes; what its encoding cannot express is written with escapes.

    Returns
    -------
    str
        The line.
    """
    middle = text.strip("\n")
    start = len(text) - len(text.lstrip("\n")) if middle else 0
    shown = text[:start] + one_line(middle) + text[start + len(middle) :]
    encoding = stream.encoding or "utf-8"
    return shown.encode(encoding, "backslashreplace").decode(encoding)


def json_line(record: Mapping[str, Any], stream: TextIO) -> str:
    r"""Return an object as one line of JSON.

    Parameters
    ----------
    record : mapping
        The object.
    stream : text file
        Where it goes; in another encoding than UTF-8 the line is ASCII.

    Returns
    -------
    str
        The line. Bytes of a path that are no UTF-8 stand as `\udcNN`, from which Python reads the same path.
    """
    encoding = (stream.encoding or "utf-8").lower().replace("-", "").replace("_", "")
    text = json.dumps(record, ensure_ascii=encoding != "utf8", allow_nan=False)
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
