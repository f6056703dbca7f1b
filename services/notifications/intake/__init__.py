"""Incoming mail: by SMTP or LMTP to a port of the worker, or fetched from a mailbox by IMAP."""
