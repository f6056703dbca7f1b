"""Tenant offboarding: everything of a municipality is deleted in all services, with a certificate."""
