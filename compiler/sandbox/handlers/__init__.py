"""One module per kind of resource; each names its handlers in `HANDLERS`, where it has any."""
