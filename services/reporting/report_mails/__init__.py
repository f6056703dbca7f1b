"""A mail now and then with a link to the report; what stands there is shown with the rights that its reader has then."""
