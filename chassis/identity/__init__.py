"""Authentication: tokens, sessions, sign-in, tenants and staff roles."""
