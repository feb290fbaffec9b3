"""Tables, plots and the page, from the files that the stages wrote."""
