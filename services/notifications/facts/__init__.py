"""Facts from events about people, gatherings, groups and self-checks."""
