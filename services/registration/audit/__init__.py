"""The audit trail of seats."""
