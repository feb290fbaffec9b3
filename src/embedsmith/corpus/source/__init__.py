"""Where text comes from: one reader a file."""
