"""CloudWatch Logs scenarios, one module a subject."""
