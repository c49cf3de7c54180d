"""What clients of APIs reach: routes, authorizers, integrations, and the answers of the gateway itself."""
