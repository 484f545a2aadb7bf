"""Where pull requests go."""
