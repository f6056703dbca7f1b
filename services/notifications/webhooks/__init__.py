"""Webhooks: a municipality's own systems hear of its events (Standard Webhooks), without personal data."""
