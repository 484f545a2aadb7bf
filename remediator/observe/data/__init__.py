"""The embedded tables, and the IAM policy that is shipped."""
