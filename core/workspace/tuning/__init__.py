"""Tuning the network on the laboratory's own faces: sets, runs, the gate, promotion."""
