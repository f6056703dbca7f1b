"""The rules of registration, without I/O, clock or randomness."""
