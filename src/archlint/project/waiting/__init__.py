"""What async code waits for, and what it forgets to wait for."""
