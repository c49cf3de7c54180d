"""SQS scenarios, one module a subject."""
