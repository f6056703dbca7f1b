"""HTTP: the application, permissions, errors, base schemas."""
