"""Mail from people to a municipality: shown as text, copied into registration's form, answered."""
