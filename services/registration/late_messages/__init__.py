"""Messages that ask a group to confirm its address and go out late: the group gets its time all the same."""
