"""Who calls whom, and what comes of it."""
