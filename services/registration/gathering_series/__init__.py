"""Gatherings made of others: copies at another time, and series."""
