"""Unsubscribing from messages that one may do without: by one click (RFC 8058), for one municipality and one kind."""
