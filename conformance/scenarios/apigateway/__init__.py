"""API Gateway scenarios (REST APIs), one module a subject: the control plane."""
