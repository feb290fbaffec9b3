"""The search for the chain that fits a budget."""
