"""Measures of bias, one a module: each gives values by word, and scores are their means or correlations over words."""
