"""Unsubscribing from optional messages: by one click (RFC 8058), for one municipality and one kind."""
