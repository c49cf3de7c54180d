"""STS scenarios, one module a subject."""
