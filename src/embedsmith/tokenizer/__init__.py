"""From documents to token ids: words and SentencePiece pieces."""
