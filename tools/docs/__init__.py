"""Writes what the documents say about the code from the code itself, and reads the documents' examples back."""
