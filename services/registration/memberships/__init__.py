"""Which municipalities belong to a district, over time."""
