"""An assessment from opening to deletion, and who is invited to it."""
