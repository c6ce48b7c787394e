"""Models and detectors of a workspace that were trained elsewhere."""
