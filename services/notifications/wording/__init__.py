"""What a message says, in its reader's language; mails, letters, text messages and the call list say the same."""
