"""How pictures flow through two threads: read ahead, then gathered for the network."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from core.progress import Progress
from core.types import ImageAnalysis

_READ_AHEAD = 4
"""Pictures that are read and searched for faces while the network is at work."""

_GROUP_PIXELS = 64_000_000
"""Pictures wait for one another only until they hold this many px."""


def ahead(jobs: Iterable[Callable[[], ImageAnalysis]], progress: Progress) -> Iterator[ImageAnalysis]:
    """Run jobs in a second thread, a few ahead of whoever takes their results.

    Parameters
    ----------
    jobs : iterable of callable
        Drawn in the calling thread.
    progress : Progress
        Asked between jobs whether to stop.

    Yields
    ------
    ImageAnalysis
        What each job returned, in order.

    Raises
    ------
    Cancelled
        If a stop was asked for.
    """
    pending: deque[Future[ImageAnalysis]] = deque()
    with ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        try:
            for job in jobs:
                progress.check()
                pending.append(pool.submit(job))
                if len(pending) > _READ_AHEAD:
                    yield pending.popleft().result()
            while pending:
                progress.check()
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()


def grouped(analyses: Iterable[ImageAnalysis], crops: int) -> Iterator[list[ImageAnalysis]]:
    """Gather pictures until their faces fill a pass of the network.

    Parameters
    ----------
    analyses : iterable of ImageAnalysis
        Pictures whose faces wait for the network.
    crops : int
        Crops in a pass.

    Yields
    ------
    list of ImageAnalysis
        Pictures in order, with at least so many faces unless the pictures are many, large or the last.
    """
    group: list[ImageAnalysis] = []
    faces = pixels = 0
    for analysis in analyses:
        group.append(analysis)
        faces += len(analysis.assessed)
        pixels += analysis.image.pixels.size // 3 if analysis.image else 0
        if faces >= crops or len(group) >= crops or pixels >= _GROUP_PIXELS:
            yield group
            group, faces, pixels = [], 0, 0
    if group:
        yield group
