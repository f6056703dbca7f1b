"""Groups that take part: their place, and the messages to them."""
