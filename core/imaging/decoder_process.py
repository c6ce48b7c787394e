"""A process that decodes for this one, as seen from here: limited in memory, and killed when it is late."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from core.imaging.messages import read_message, read_record, write_message, write_record
from core.settings import ImagingSettings

if sys.platform == "linux":
    import fcntl

_PIPE_BYTES = 1 << 20
_START_SECONDS = 120.0


class DecoderGone(Exception):
    """A decoder ended, broke the rules or was killed because it took too long.

    Attributes
    ----------
    late : bool
        Whether it took too long.
    started : bool
        Whether it ever was ready; if not, no file is to blame.
    """

    def __init__(self, *, late: bool, started: bool = True) -> None:
        super().__init__("the decoder is gone")
        self.late, self.started = late, started

    def sentence(self, what: str, limits: ImagingSettings) -> str:
        """Say what became of a file.

        Parameters
        ----------
        what : str
            What was decoded, as the subject of the sentence.
        limits : ImagingSettings
            The limits in force.

        Returns
        -------
        str
            One sentence.
        """
        if not self.started:
            return f"{what} was not decoded, because no decoder could be started; try again."
        if self.late:
            return f"{what} was not decoded within {limits.decode_seconds:g} seconds and was given up."
        return f"{what} made its decoder fail; the file is damaged or made to do harm."


class DecoderProcess:
    """Runs one of the modules of this package that decode, and speaks with it.

    Parameters
    ----------
    module : str
        Name of the module in :mod:`core.imaging`; its `serve` answers requests.
    memory_bytes : int
        Address space that the process may take.

    Raises
    ------
    DecoderGone
        If the process does not come up.
    """

    def __init__(self, module: str, memory_bytes: int) -> None:
        self.memory_bytes = memory_bytes
        program = (
            f"from core.imaging.decoder_child import run; from core.imaging.{module} import serve; "
            f"run(serve, {memory_bytes:d})"
        )
        # Nothing of this process is handed on: not its main module, which may be the desk, nor open files.
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)),
                # Threads reserve address space: each for its own heap, and those that are not used too.
                "MALLOC_ARENA_MAX": "2",
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            },
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._answers = self._process.stdin, self._process.stdout
        _widen(self._answers)
        try:
            # What the start of a process takes on a busy machine is not the fault of a file.
            with self.within(_START_SECONDS):
                self.receive()
        except DecoderGone as gone:
            self.end()
            raise DecoderGone(late=gone.late, started=False) from gone
        except BaseException:
            self.end()
            raise

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Kill the process when the block takes too long, and turn whatever goes wrong in it into one error.

        Parameters
        ----------
        seconds : float
            How long the block may take.

        Raises
        ------
        DecoderGone
            If the process ends, is late or does not keep to the rules. It is to be ended then.
        """
        late = threading.Event()

        def _give_up() -> None:
            late.set()
            self._process.kill()

        watch = threading.Timer(seconds, _give_up)
        watch.daemon = True
        watch.start()
        try:
            yield
        except (EOFError, OSError, ValueError, KeyError, TypeError, ArithmeticError) as error:
            raise DecoderGone(late=late.is_set()) from error
        finally:
            watch.cancel()

    def send(self, record: dict[str, Any], data: bytes | None = None) -> None:
        """Send a request, and bytes after it where the request has some."""
        write_record(self._requests, record)
        if data is not None:
            write_message(self._requests, data)

    def receive(self) -> dict[str, Any]:
        """Wait for a JSON object."""
        return read_record(self._answers)

    def receive_bytes(self, most: int) -> bytes:
        """Wait for bytes, `most` of them at the most."""
        return read_message(self._answers, most)

    def end(self) -> None:
        """Kill the process and let go of it."""
        self._process.kill()
        self._process.wait()
        self._answers.close()
        # Closing flushes, and nobody reads any more.
        with contextlib.suppress(OSError):
            self._requests.close()


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold more of a frame at once, where the system allows it."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)
