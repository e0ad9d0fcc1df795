"""The stand on a laptop: Azurite, a simulated tenant and a small Functions host. Never deployed."""
