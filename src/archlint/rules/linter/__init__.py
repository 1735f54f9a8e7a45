"""ARC0: about the linter itself."""
