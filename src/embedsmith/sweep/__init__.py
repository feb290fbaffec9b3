"""Runs in a folder of their own, and Hydra multirun over DVC."""
