"""Pages and API of dead letters and failing scheduled jobs, for people who are no programmers: read, mend, retry, set aside."""
