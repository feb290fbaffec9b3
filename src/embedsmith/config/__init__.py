"""Configuration: composed by Hydra from conf/ and params.yaml, checked, written one file per stage instance."""
