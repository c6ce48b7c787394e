"""Training of the refinement network, on what the detector proposes."""
