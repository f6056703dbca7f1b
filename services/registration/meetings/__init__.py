"""Gatherings of several meetings that share their seats."""
