"""What coding agents use: applying a plan file to a checkout."""
