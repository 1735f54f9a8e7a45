"""ARC3: the async chain."""
