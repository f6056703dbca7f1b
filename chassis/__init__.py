"""What every service stands on: storage, events, HTTP, identity, operations. No word of the domain in it."""
