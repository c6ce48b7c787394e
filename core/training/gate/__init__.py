"""The gate: a new model against its parent, on people that neither was tuned on."""
