"""The texts that people read: pull requests, tickets, commit messages (Jinja2)."""
