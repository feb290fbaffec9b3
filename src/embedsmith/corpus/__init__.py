"""From sources to clean, deduplicated documents in Parquet shards."""
