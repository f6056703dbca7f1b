"""The rules of notifications, pure: whether a message still matters, which way it goes, what it says, when it is due."""
