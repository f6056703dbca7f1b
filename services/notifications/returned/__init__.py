"""Mails that came back: read, told apart, carried on by the next way, and shown to a clerk with an undo."""
