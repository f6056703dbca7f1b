"""Screen and votes of the room, without an account."""
