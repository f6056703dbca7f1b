"""Invitations to answer: inviting one or many, their progress, withdrawing, new links."""
