"""What is kept about a person goes, on request or by their own link."""
