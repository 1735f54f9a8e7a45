"""ARC1: services."""
