"""EventBridge scenarios, one module a subject."""
