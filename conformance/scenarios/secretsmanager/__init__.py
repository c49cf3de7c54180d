"""Secrets Manager scenarios, one module a subject."""
