"""Compiled loops over UTF-8 text: sentences, words, and the table that holds words."""
