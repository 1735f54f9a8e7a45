"""archlint's own rules, a family a folder, a rule a file."""
