"""Turns cloud waste into reviewed code changes."""
