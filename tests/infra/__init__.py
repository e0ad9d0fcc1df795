"""The templates, held against what the code needs."""
