"""Gatherings as far as messages are about them: their facts, and news for everybody who takes part."""
