"""Whether an address, a number or a letter box is that of the person who is registered."""
