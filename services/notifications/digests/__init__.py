"""What staff are told together at a time they choose: never empty, nothing lost, what is urgent at once."""
