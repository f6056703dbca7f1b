"""The published language: what the services tell each other, and nothing else.

`envelope` is the wire format, `topics` the registry of topics, one module per publishing service holds its event
models, `catalogue` finds a model by its type. Golden schemas and examples live in `contracts/golden/`.
"""
