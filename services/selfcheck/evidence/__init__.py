"""Links and files beside answers, checked before they are kept."""
