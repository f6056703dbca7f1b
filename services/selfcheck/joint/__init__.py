"""Joint self-checks: a district and its members, each with its own people, side by side."""
