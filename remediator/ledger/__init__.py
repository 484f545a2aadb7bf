"""What was delivered and what became of it: SQLite by default, PostgreSQL by URL."""
