"""A municipality leaves: everything it has is deleted in all services, with a certificate."""
