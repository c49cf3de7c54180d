"""Developer tools, one package a verb; run each from the root of the clone with ``python -m tools.NAME``."""
