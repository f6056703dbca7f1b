"""Erasing people when their time is up, and saying what is left."""
