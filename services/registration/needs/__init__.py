"""What has to be ordered for a gathering."""
