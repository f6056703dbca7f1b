"""The comparison of perspectives: how far administration, civil society and others lie apart, as a picture and a table."""
