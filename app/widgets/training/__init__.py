"""What the training page shows: labelled sets, runs with their curves, verdicts, models."""
