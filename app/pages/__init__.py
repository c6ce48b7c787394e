"""One page a module; pages know nothing of one another."""
