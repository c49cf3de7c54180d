"""RustStack: the local AWS that proves what it claims."""

__version__ = "0.1.0"
