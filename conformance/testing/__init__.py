"""What the pytest plugin does when it is asked to: it marks, records, serves or judges. Loaded only then."""
