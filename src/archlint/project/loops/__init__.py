"""What loops go over, and what changes it."""
