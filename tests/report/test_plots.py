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


def test_what_another_beats_in_size_and_score_is_off_the_front(content):
    frame = content.frame
    frame.loc[(frame["metric"] == "kept") & (frame["variant"] == "fp16"), "score"] = 0.99  # int8 is smaller: 0.995
    figure = traces(plots.variants_against_size(measured(frame), content.listing[0], "kept"))
    marked = dict(zip(figure["variants"].text, figure["variants"].marker.symbol, strict=True))
    assert marked == {"untouched": "circle", "fp16": "circle-open", "int8": "circle", "pca": "circle"}
    assert list(figure["front"].y) == [0.7, 0.995, 1]
    assert list(figure["front"].x) == sorted(figure["front"].x)


def test_of_two_names_of_about_the_same_size_the_better_stands_above(content):
    figure = traces(plots.variants_against_size(measured(content.frame), content.listing[0], "kept"))
    places = dict(zip(figure["variants"].text, figure["variants"].textposition, strict=True))
    assert places == {"untouched": "top left", "fp16": "top left", "int8": "top left", "pca": "bottom right"}


def test_the_front_of_all_models_has_none_of_a_worse_one(content):
    figure = traces(plots.score_against_size(measured(content.frame), content.listing, "wordsim353"))
    assert figure["random"].marker.symbol == ("circle-open",)
    assert set(figure["word2vec"].marker.symbol) == {"circle"}


def test_losses_are_by_variant_and_band_and_none_where_there_is_no_score(content):
    (heat,) = plots.lost_by_frequency(measured(content.frame), content.listing[0], ["0-19", "20-99"]).data
    assert list(heat.y) == ["fp16", "int8", "pca"]  # by size
    assert list(heat.z[2]) == [None, pytest.approx(0.4)]
    assert list(heat.text[2]) == ["–", "40%"]
    assert heat.customdata[2][1] == "30% to 50%"


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
