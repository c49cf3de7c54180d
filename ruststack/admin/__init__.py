"""The control API under /_ruststack, imported on first use."""
