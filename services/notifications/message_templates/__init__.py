"""The texts of messages: the product's own, and what municipalities made of them."""
