"""Groups that take part: their facts, and the messages to them."""
