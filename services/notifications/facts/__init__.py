"""What events told about people, gatherings, groups and self-checks."""
