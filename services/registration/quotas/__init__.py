"""Seats kept for groups that a municipality wants to reach."""
