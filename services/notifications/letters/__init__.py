"""Letters for people who are reached by post."""
