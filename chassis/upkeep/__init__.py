"""What a service could not handle, for people who are no programmers: read, mend, try again, set aside."""
