"""Serving: recordings answer a client in the place of AWS, each request by the exchange that stands at its point."""
