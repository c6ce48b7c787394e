"""Work away from the GUI thread."""

from app.jobs.job import JobState, JobStatus, Lane
from app.jobs.runner import JobRunner
from app.jobs.unfinished import Batch, UnfinishedBatches, remaining

__all__ = ["Batch", "JobRunner", "JobState", "JobStatus", "Lane", "UnfinishedBatches", "remaining"]
