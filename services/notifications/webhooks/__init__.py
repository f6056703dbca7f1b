"""Webhooks: a municipality's own systems receive its events (Standard Webhooks), without personal data."""
