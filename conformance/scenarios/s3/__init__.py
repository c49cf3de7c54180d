"""S3 scenarios, one module a subject."""
