from embedsmith.evaluate.anisotropy import METRICS
from embedsmith.report.anisotropy import anisotropy, plot
from embedsmith.report.listing import entries
from embedsmith.report.results import results
from report.frames import model_of, similar


def test_every_metric_is_shown_once_by_model_and_variant(cured):
    root, configuration = cured
    frame = results(root)
    geometry, around = anisotropy(frame, entries(configuration["models"]))
    columns = [column.text for table in (geometry, around) for column in table.columns if column.text != "variant"]
    assert len(columns) == len([name for name in METRICS if not name.endswith("_weighted")])
    for table in (geometry, around):
        assert list(table.groups) == ["word2vec", "random"]
        assert {len(row.cells) for row in table.rows} == {len(table.columns)}


def test_what_is_weighted_by_frequency_stands_beneath(cured):
    root, configuration = cured
    frame = results(root)
    geometry, _ = anisotropy(frame, entries(configuration["models"]))
    cells = dict(zip([column.text for column in geometry.columns], geometry.rows[0].cells, strict=True))
    scores = frame.query("model == 'word2vec' and variant == 'untouched'").set_index("metric")["score"]
    assert cells["isoscore"].text == f"{scores['isoscore']:.3f}"
    assert cells["isoscore"].note == f"weighted {scores['isoscore_weighted']:.3f}"
    assert cells["partition"].note == ""


def test_a_metric_that_no_run_has_is_left_out(cured):
    root, configuration = cured
    frame = results(root)
    few = frame[~frame["metric"].str.startswith(("hubness", "antihubs", "two_nn", "mle", "frequency"))]
    assert len(anisotropy(few, entries(configuration["models"]))) == 1


def test_a_plot_leads_from_the_untouched_model_to_each_cure():
    geometry = {"untouched": (0.2, 0.4), "center": (0.0, 0.4), "int8": (0.2, 0.41)}
    variants = {
        name: similar(0.5, p=0.5) | {"anisotropy.mean_cosine": cosine, "anisotropy.isoscore": score}
        for name, (cosine, score) in geometry.items()
    }
    model, _ = model_of(variants)
    figure = plot(model)
    assert [trace.name for trace in figure.data] == ["center", "untouched"]
    assert list(zip(figure.data[0].x, figure.data[0].y, strict=True)) == [geometry["untouched"], geometry["center"]]


def test_what_was_not_measured_leaves_a_gap():
    model, _ = model_of({name: similar(0.5, p=0.5) for name in ("untouched", "center")})
    assert plot(model).data[0].x == (None, None)
