"""MongoDB: documents, the outbox written with them, tenants' scopes, idempotency."""
