"""The desk: who may reset whom, doing it once, and keeping the record of it."""
