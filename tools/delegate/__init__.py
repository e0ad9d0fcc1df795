"""`python -m tools.delegate`: give people and groups the roles of a service desk, or take them back."""
