"""Erasing people in all services, with a certificate."""
