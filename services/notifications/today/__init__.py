"""Work due with calls, letters and mail, and what was done with them last."""
