"""What the room sees and votes on, without an account."""
