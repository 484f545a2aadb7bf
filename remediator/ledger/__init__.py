"""What was delivered and what became of it."""
