"""Jira, Cloud and Data Center, through its client library with its own retries off; texts are wiki markup on both."""
