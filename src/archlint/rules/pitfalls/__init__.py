"""ARC8: pitfalls."""
