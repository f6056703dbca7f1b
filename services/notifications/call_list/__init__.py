"""The call list: people whom nothing written reaches, to be called by staff."""
