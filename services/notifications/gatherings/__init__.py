"""Gatherings as far as messages are about them: their rows, and news for everybody who takes part."""
