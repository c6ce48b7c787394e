"""Several processes that train one network, as `torchrun` starts them.

Every process holds the whole batch's labels and targets and a slice of its crops. The outputs of the network
are gathered, each process computes the loss of the whole batch, and the gradients are averaged, so that a
step is the same step with one process as with several.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, distributed, nn

from core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Team:
    """The processes of a run.

    Attributes
    ----------
    rank : int
        Number of this one, from 0; only number 0 writes files and reports.
    size : int
        How many there are.
    """

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Whether this process writes and reports."""
        return self.rank == 0

    def share(self, batch_size: int) -> slice:
        """Return this process's part of a batch.

        Parameters
        ----------
        batch_size : int
            Pictures of the whole batch.

        Returns
        -------
        slice
            Its places.

        Raises
        ------
        UsageError
            If the batch cannot be divided evenly.
        """
        each, rest = divmod(batch_size, self.size)
        if rest:
            raise UsageError(f"A batch of {batch_size} cannot be divided among {self.size} processes.")
        return slice(self.rank * each, (self.rank + 1) * each)

    def gather(self, part: Tensor) -> Tensor:
        """Return the parts of all processes (n, ...) one after the other; gradients flow to the own part."""
        if self.size == 1:
            return part
        whole: Tensor = _Gather.apply(part, self)  # type: ignore[no-untyped-call]
        return whole

    def average_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Replace each gradient by its mean over the processes."""
        self.average(parameter.grad for parameter in parameters if parameter.grad is not None)

    def average(self, tensors: Iterable[Tensor]) -> None:
        """Replace each tensor by its mean over the processes."""
        if self.size == 1:
            return
        mine = list(tensors)
        flat = torch.cat([one.flatten() for one in mine])
        distributed.all_reduce(flat)
        flat /= self.size
        for one, mean in zip(mine, torch.split(flat, [one.numel() for one in mine]), strict=True):
            one.copy_(mean.view_as(one))

    def agree(self, wish: bool) -> bool:
        """Return whether any process wishes to stop."""
        if self.size == 1:
            return wish
        votes = torch.tensor([float(wish)])
        distributed.all_reduce(votes)
        return bool(votes > 0)


class _Gather(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, part: Tensor, team: Team) -> Tensor:
        ctx.team, ctx.each = team, len(part)
        parts = [torch.empty_like(part) for _ in range(team.size)]
        distributed.all_gather(parts, part.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        # Each process has the loss of the whole batch; averaging over them divides by their number again.
        start = ctx.team.rank * ctx.each
        return gradient[start : start + ctx.each] * ctx.team.size, None


@contextmanager
def join_team() -> Iterator[Team]:
    """Join the processes that `torchrun` started; alone when there are none.

    Yields
    ------
    Team
        Who this process is.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team()
        return
    distributed.init_process_group("gloo")
    try:
        yield Team(distributed.get_rank(), size)
    finally:
        distributed.destroy_process_group()
