"""What is stored of a person or a municipality, to be taken along."""
