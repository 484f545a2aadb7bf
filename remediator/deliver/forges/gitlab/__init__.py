"""GitLab, gitlab.com and self-managed, through python-gitlab with its own retries off."""
