"""Work due with self-checks and measures, and what was done with them last."""
