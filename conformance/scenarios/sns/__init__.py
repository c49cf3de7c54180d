"""SNS scenarios, one module a subject."""
