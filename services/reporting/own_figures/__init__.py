"""Public facts that the official list does not have, as a municipality enters them: share of foreign nationals, fiscal strength."""
