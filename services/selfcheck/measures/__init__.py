"""Measures that were agreed on in the workshop, by whom and until when."""
