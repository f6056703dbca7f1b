"""People whom nobody can write to, or who did not get what was written, to be called by staff."""
