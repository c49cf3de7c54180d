"""Recording: play a scenario with a real SDK through mitmproxy, blank the secrets, and write down what was said."""
