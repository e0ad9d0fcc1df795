"""The tenant's directory audit log: what makes its events, how late they come, and how they are kept."""
