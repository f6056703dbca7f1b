"""The way out to hosts that municipalities name."""
