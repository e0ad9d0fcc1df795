"""What administrators run by hand, as themselves. Never deployed, and never run by an identity of the desk."""
