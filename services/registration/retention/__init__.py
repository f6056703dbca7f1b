"""Erasing people when their retention period is over, and counting the personal data that is left."""
