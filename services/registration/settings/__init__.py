"""How a municipality shows itself: its profile and its crest."""
