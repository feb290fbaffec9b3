import pytest

from report.tree import CHAINS, CURES, config, write_tree


@pytest.fixture
def reported(tmp_path):
    """A folder with the results of word2vec (three variants) and random, and the report's configuration."""
    configuration = config()
    write_tree(tmp_path, configuration)
    return tmp_path, configuration


@pytest.fixture
def cured(tmp_path):
    """The same with two cures, centred vectors and these in one byte a value; others are out of a limit."""
    chains = CHAINS | CURES
    configuration = config(chains=chains)
    write_tree(tmp_path, configuration, chains, {"mean_cosine": {"low": None, "high": 0.05}})
    return tmp_path, configuration
