"""Confirming that an address, a number or a letter box is that of the registered person."""
