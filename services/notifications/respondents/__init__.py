"""Messages to those who are asked in a self-check."""
