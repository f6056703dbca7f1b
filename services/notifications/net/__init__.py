"""Connections to hosts that municipalities enter."""
