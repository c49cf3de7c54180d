"""The trial of a target: recordings are replayed against it, many at a time, and every answer is judged."""
