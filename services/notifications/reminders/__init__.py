"""Reminders before a gathering, thanks after it, and calls or letters that lie."""
