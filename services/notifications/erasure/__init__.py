"""Erasing contacts for good, with a receipt."""
