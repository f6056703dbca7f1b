"""People's registrations: signing up, changing, the pages behind their link."""
