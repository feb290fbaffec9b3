"""Files of vectors: one format a file, each read as a stream of which only the rows of wanted words are kept."""
