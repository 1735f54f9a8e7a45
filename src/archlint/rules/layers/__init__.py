"""ARC1: layers."""
