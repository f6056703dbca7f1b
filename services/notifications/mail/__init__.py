"""Mails from a municipality: text and HTML of one source, a calendar file, a signature, and the way to the mail server."""
