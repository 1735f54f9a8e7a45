"""What is constant, and what it is."""
