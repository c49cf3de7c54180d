"""Measures the emulator, and its peers beside it: CPU, latency, rate, memory and start. Linux only (it reads /proc)."""
