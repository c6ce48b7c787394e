"""Reports: what a search found, in words and pictures that claim no more than it found."""
