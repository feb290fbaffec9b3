"""An artifact in the format of another program."""
