"""What infrastructure code is, a folder a language."""
