"""The directory audit log: harvested, kept and looked up."""
