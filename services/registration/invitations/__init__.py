"""Invitations to sign up: codes and links for those who pass them on, what they open, and counts by way."""
