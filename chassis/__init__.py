"""Base of every service: storage, events, HTTP, identity, operations. No word of the domain in it."""
