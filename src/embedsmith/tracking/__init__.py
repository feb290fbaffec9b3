"""MLflow, brought up to date from the files that the stages wrote."""
