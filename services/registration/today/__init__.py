"""What is due at the desk, and what was done there last."""
