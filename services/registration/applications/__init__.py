"""How a municipality comes in: its application, questions back, the decision."""
