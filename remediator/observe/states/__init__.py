"""Where Terraform states are read from: files, S3, HCP Terraform, plain HTTP, and whatever a command prints."""
