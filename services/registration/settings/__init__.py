"""A municipality's profile and its crest."""
