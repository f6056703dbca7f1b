"""Digests: messages to staff in one mail, at a time they choose. Never empty; what is urgent is sent at once."""
