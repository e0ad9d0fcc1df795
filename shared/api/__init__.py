"""What stands on the wire of the HTTP interface: bodies, problems, and the description of all of it."""
