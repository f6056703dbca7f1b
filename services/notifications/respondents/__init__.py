"""Those who are asked in a self-check."""
