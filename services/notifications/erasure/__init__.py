"""Erasure of contacts, with a receipt."""
