"""Digests: what staff are sent in one mail at a time they choose: never empty, nothing lost, what is urgent at once."""
