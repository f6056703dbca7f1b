"""Personal data about one person."""
