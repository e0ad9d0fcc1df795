"""The doors: each decodes its binding, calls one verb of the desk, and encodes the answer."""
