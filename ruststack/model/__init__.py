"""AWS's service models as frozen operations and shapes."""
