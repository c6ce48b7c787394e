"""The work of a step, made while the network is busy with the one before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Made = TypeVar("Made")


def made_ahead(make: Callable[[int], Made], first: int, last: int) -> Iterator[tuple[int, Made]]:
    """Make the batches of the steps from `first` up to but not `last`, each while the one before is used.

    Parameters
    ----------
    make : callable
        Makes the batch of a step; it is called in another thread.
    first, last : int
        The steps.

    Yields
    ------
    tuple of (int, Made)
        Step and batch.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as ahead:
        coming = ahead.submit(make, first)
        for step in range(first, last):
            batch = coming.result()
            if step + 1 < last:
                coming = ahead.submit(make, step + 1)
            yield step, batch
