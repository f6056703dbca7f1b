"""What is offered: planning gatherings, series and copies, and how they are shown."""
