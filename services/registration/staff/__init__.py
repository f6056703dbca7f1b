"""Who holds which role in a municipality."""
