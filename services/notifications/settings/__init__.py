"""What a municipality decides about its messages: sender, reminders, quiet hours, gateways."""
