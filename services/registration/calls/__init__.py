"""Outcomes of telephone calls to people who are registered."""
