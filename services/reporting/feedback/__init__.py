"""What people said after gatherings, as far as it may be shown."""
