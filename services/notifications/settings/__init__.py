"""Settings of a municipality's messages: sender, reminders, quiet hours, gateways."""
