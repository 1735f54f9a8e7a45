"""ARC4: data access."""
