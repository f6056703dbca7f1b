"""Reminders before a gathering, thanks after it, and reminders of calls and letters that wait too long."""
