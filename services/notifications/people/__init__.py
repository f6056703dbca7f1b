"""Export of the personal data about one person."""
