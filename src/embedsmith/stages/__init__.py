"""One thin module a DVC stage: read the resolved configuration, call the library, write files."""
