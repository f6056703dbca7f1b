"""Outbound messages: what somebody is to be told, from the event that made it so until what became of it."""
