"""What staff do for people by telephone and at the door: lists, search, check-in."""
