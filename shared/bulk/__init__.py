"""Many people at once, for an incident: each person of a bulk request becomes a request of the desk."""
