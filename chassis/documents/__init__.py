"""Documents on paper: PDF made from a template and data, and QR codes."""
