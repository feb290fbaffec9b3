import pytest

from report.tree import config, write_tree


@pytest.fixture
def reported(tmp_path):
    """A folder with the results of word2vec (three variants) and random, and the report's configuration."""
    configuration = config()
    write_tree(tmp_path, configuration)
    return tmp_path, configuration
