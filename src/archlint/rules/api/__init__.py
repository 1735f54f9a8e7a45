"""ARC2: the API contract."""
