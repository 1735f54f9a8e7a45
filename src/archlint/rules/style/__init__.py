"""ARC1: style."""
