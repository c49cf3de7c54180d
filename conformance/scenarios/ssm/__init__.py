"""Systems Manager's Parameter Store scenarios, one module a subject."""
