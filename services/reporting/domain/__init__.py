"""What a report says, without I/O."""
