"""Work at a due time, done by one process of a service."""
