"""Outbound messages, from the event that made them to the outcome."""
