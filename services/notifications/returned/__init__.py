"""Mails that came back: read, classified, followed by the next channel, and shown to clerks, who can undo that."""
