import pytest

from embedsmith.report import plots
from embedsmith.report.content import gather
from embedsmith.report.table import measured


@pytest.fixture
def content(reported):
    root, configuration = reported
    return gather(root, configuration, {})


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_error_bars_are_the_intervals(content):
    trace = traces(plots.score_against_size(measured(content.frame), content.listing, "share"))["word2vec"]
    assert list(trace.y) == [1, 0.9999, 0.995, 0.7]
    assert trace.error_y.array[3] == pytest.approx(0.1)
    assert trace.error_y.arrayminus[2] == pytest.approx(0.015)


def test_size_is_megabytes_on_disk(content):
    trace = traces(plots.score_against_size(measured(content.frame), content.listing, "wordsim353"))["word2vec"]
    sizes = content.frame.query("model == 'word2vec' and metric == 'bytes'")["score"]
    assert list(trace.x) == pytest.approx(list(sizes / 1e6))


def test_each_variant_has_its_symbol_in_every_model(content):
    figure = traces(plots.score_against_size(measured(content.frame), content.listing, "wordsim353"))
    assert len(set(figure["word2vec"].marker.symbol)) == 4
    assert figure["random"].marker.symbol[0] == figure["word2vec"].marker.symbol[0]
    assert {"fp16", "int8", "pca", "untouched"} < set(figure)  # each explained in the legend


def test_the_spectrum_has_as_many_components_as_the_variant_has_dimensions(content):
    figure = traces(plots.spectrum(content.spectra[0], content.listing[0]))
    assert len(figure["untouched"].x) == 32
    assert len(figure["pca"].x) == 8
    assert sum(figure["pca"].y) == pytest.approx(1, abs=1e-4)


def test_an_insignificant_or_refused_effect_has_an_open_marker(content):
    runs = measured(content.frame)
    figure = traces(plots.bias(runs, content.listing[0], ["weat1", "weat2"]))
    assert list(figure["int8"].marker.symbol) == ["circle", "circle-open"]


def test_a_baseline_without_training_has_no_loss_curve(content):
    figure = traces(plots.loss(content.histories, content.listing))
    assert list(figure) == ["word2vec"]
    assert list(figure["word2vec"].y) == [2.5, 2.25]
