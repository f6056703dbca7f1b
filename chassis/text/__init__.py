"""Languages, translations and text formats."""
