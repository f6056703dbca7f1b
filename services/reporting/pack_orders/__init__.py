"""Council packs that are asked for and made one after the other, kept for a day."""
