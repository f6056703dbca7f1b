"""What is due with the exchange between municipalities, and what was done there last."""
