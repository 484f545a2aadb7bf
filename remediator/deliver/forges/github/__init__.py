"""GitHub, github.com and Enterprise Server, through PyGithub with its own retries off."""
