"""Carrying out what is due: mails, text messages, and what people are to hand on."""
