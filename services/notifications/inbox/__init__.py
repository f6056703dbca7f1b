"""Mail of people to a municipality: read as text, carried over into registration's form, answered."""
