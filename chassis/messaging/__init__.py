"""Events between services: outbox, relay, consuming, dead letters."""
