"""How a municipality shows itself and its texts of law: its profile, its crest."""
