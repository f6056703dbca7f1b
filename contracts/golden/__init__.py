"""The contracts as promised: one JSON Schema per event type. `python -m contracts.golden` writes those of new types."""
