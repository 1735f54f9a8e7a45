"""How sessions live: opened, committed, closed."""
