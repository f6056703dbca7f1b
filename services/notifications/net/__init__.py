"""Connections to hosts that municipalities name."""
