"""People's rights: what is kept of them, access, erasure on request and by itself."""
