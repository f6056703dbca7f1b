"""Municipalities themselves: from applying to leaving, their people and what they say of themselves."""
