"""Who has a seat: one ledger for each gathering, registering, changing, and checking every decision."""
