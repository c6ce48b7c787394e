"""Who is compared with whom, one module for each data set."""
