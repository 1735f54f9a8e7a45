"""Which layer a module belongs to, and what it does that its layer should not."""
