import yaml

from embedsmith.files import write_json
from embedsmith.report import budget, page, summary
from embedsmith.report.content import gather
from embedsmith.report.listing import entries

KEYS = {
    "agreement": 0.9,
    "neighbours": 0.85,
    "correlation": 0.95,
    "unseen_neighbours": None,
    "unseen_correlation": None,
}
SMALL = {"chain": [{"low_rank": {"reduction": 2.0}}, {"int8": {}}], "bytes": 21_000} | KEYS
LARGE = {"chain": [], "bytes": 90_000} | KEYS | {"agreement": 1.0, "neighbours": 1.0, "correlation": 1.0}
NOTE = "keep 0.99 is out of reach within 25kB"
FOUND = {"untouched": LARGE, "chosen": {"budget-25kB": SMALL | {"note": NOTE}}, "front": [SMALL, LARGE], "fits": 2}


def searched(root):
    """Write what a search of word2vec found."""
    path = root / "build/config/compress/word2vec/1.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"search": {"budget": "25kB"}}))
    write_json(root / "reports/metrics/word2vec/1/search.json", FOUND)


def content(root, configuration):
    listing = entries(configuration["models"])
    return gather(root, configuration, {entry.run(name): "0" * 32 for entry in listing for name in entry.variants})


def test_the_summary_shows_the_front_and_what_was_chosen(reported):
    root, configuration = reported
    searched(root)
    text = summary.render(content(root, configuration))
    chosen = "| budget-25kB<br>word2vec | low_rank(reduction 2.0) + int8 | 21 kB | 0.900 | 0.850 | 0.950 | – | – |"
    assert "## Budget" in text
    assert chosen in text
    assert "| –<br>word2vec | untouched | 90 kB | 1.000 | 1.000 | 1.000 | – | – |" in text
    assert f"word2vec/s1/budget-25kB: {NOTE}." in text


def test_without_a_search_nothing_is_said(reported):
    assert "## Budget" not in summary.render(content(*reported))
    assert 'id="budget"' not in page.render(content(*reported))


def test_the_page_draws_the_front(reported):
    root, configuration = reported
    searched(root)
    whole = content(root, configuration)
    assert 'id="plot-budget-front"' in page.render(whole)
    figure = budget.plot(whole.searches, whole.listing)
    assert list(figure.data[0].x) == [0.021, 0.09]
    assert list(figure.data[0].marker.symbol) == ["circle", "circle-open"]
