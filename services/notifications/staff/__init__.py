"""Applicants and staff of municipalities."""
