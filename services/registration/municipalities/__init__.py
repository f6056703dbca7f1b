"""The municipalities that take part: finding them, suspending them, and the registry of tenants."""
