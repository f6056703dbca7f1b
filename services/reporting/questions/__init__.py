"""Questions between municipalities and their answers: to a practice, to everybody, to a ring, to one municipality."""
