"""Renders messages in their reader's language; mails, letters, text messages and the call list say the same."""
