"""IAM scenarios, one module a subject."""
