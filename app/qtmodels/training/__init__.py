"""Sets, runs, verdicts and models as rows, and the curves of a run."""
