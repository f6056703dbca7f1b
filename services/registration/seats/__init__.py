"""The seat ledger of each gathering: who holds seats, who waits."""
