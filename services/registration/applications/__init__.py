"""Applications of municipalities: applying, questions back, the decision."""
