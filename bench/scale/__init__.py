"""A model of how far the desk goes: simulated, seeded, and made of documented limits and measured counts.

`make scale` writes docs/scale.md and the charts beside it.
"""
