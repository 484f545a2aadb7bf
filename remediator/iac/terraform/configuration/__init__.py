"""A root module as Terraform would expand it: every resource instance with its values and where they are written."""
