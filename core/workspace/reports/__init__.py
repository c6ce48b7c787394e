"""What leaves the workspace for others to read and to check: reports and disclosure packs."""
