"""Certificates of having taken part in a training, one page each."""
