"""Two faces laid side by side, and what is said of them."""
