"""Work away from the GUI thread."""

from app.jobs.job import JobState, JobStatus, Lane
from app.jobs.runner import JobRunner

__all__ = ["JobRunner", "JobState", "JobStatus", "Lane"]
