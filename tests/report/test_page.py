import json
import re
import shutil
from html.parser import HTMLParser

import yaml
from plotly.offline import get_plotlyjs

from embedsmith.report import summary
from embedsmith.report.content import gather
from embedsmith.report.page import render
from report.tree import CORPUS, config, write, write_renamed, write_tree

KEYS = {"word2vec/s1/untouched": "0123456789abcdef", "word2vec/s1/int8": "fedcba9876543210"}


def page(reported, keys=KEYS):
    root, configuration = reported
    return render(gather(root, configuration, keys))


class Elements(HTMLParser):
    """Tags with their attributes, and the visible text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.hidden = [], "", False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.hidden = tag in ("script", "style")

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        self.text += "" if self.hidden else data


def linked(elements):
    """The sections that the page's table of contents leads to."""
    links = {attrs["href"][1:] for tag, attrs in elements.tags if tag == "a"}
    return {link for link in links if not link.startswith("run-")}


def test_it_needs_no_other_file(reported):
    html = page(reported)
    loading = [attrs for _, attrs in Elements(html).tags if attrs.get("src") or "stylesheet" in attrs.get("rel", "")]
    assert loading == []
    assert html.count(get_plotlyjs()) == 1


def test_the_same_content_gives_the_same_bytes(reported):
    assert page(reported) == page(reported)


def test_every_plot_has_its_place_and_no_other(reported):
    html = page(reported)
    places = {attrs["id"] for _, attrs in Elements(html).tags if attrs.get("id", "").startswith("plot-")}
    figures = json.loads(re.search(r'id="figures">(.*)</script>', html).group(1))
    assert places == {f"plot-{name}" for name in figures}
    assert places == {
        *("plot-size-share", "plot-size-wordsim353", "plot-spectrum-word2vec-1"),
        *("plot-bias-word2vec-1", "plot-loss-all", "plot-variants-word2vec-1", "plot-frequency-word2vec-1"),
    }


def test_rows_and_plots_of_a_model_can_be_shown_alone_and_a_baseline_stays(reported):
    root, configuration = reported
    assert not [attrs for _, attrs in Elements(page(reported)).tags if "data-show" in attrs]  # one model: no choice
    second = config()["models"] | {"glove": config()["models"]["word2vec"]}
    configuration["models"] = second
    write_tree(root, configuration)
    tags = Elements(page(reported)).tags
    assert [attrs["data-show"] for _, attrs in tags if "data-show" in attrs] == ["word2vec", "glove", ""]
    for kind in ("tr", "figure"):
        marked = [attrs["data-model"] for tag, attrs in tags if tag == kind and "data-model" in attrs]
        assert set(marked) - {"random"} == {"word2vec", "glove"}
        assert marked.count("word2vec") == marked.count("glove")


def test_rare_words_have_a_section_with_two_plots_where_words_were_renamed(reported):
    root, configuration = reported
    assert "Rare words" not in Elements(page(reported)).text
    write_renamed(root, configuration, better={"word2vec"})
    elements = Elements(page(reported))
    assert "Rare words" in elements.text
    places = {attrs["id"] for _, attrs in elements.tags if attrs.get("id", "").startswith("plot-rare")}
    assert places == {"plot-rare-reciprocal_rank", "plot-rare-overlap"}
    assert linked(elements) == {attrs["id"] for tag, attrs in elements.tags if tag == "section"}


def test_cures_have_findings_a_table_and_limits_and_each_section_its_link(cured):
    elements = Elements(page(cured))
    for shown in ("What each cure costs", "mean similarity rises significantly with center", "recommended is", "fails"):
        assert shown in elements.text
    sections = {attrs["id"] for tag, attrs in elements.tags if tag == "section"}
    assert linked(elements) == sections
    assert {"findings", "cures", "audit", "anisotropy", "bias"} <= sections
    assert page(cured) == page(cured)


def test_without_cures_and_limits_their_sections_are_left_out(reported):
    sections = {attrs["id"] for tag, attrs in Elements(page(reported)).tags if tag == "section"}
    assert not {"cures", "audit", "seeds"} & sections


def test_bias_is_shown_without_association_tests_too(reported):
    root, _ = reported
    for model in ("word2vec", "random"):
        path = root / f"build/config/bias/{model}/1.yaml"
        write(path, yaml.safe_dump({"bias": {"tests": {}, "limits": {}}}))
    text = Elements(page(reported)).text
    assert "Words of gender" in text
    assert "What the tests compare" not in text


def test_several_seeds_have_a_section(tmp_path):
    configuration = config(seeds=(1, 2))
    write_tree(tmp_path, configuration)
    assert "Over seeds" in Elements(page((tmp_path, configuration))).text


def test_it_shows_the_corpus_the_settings_and_the_run_keys(reported):
    text = Elements(page(reported)).text
    for shown in ("public domain", "61,000", "3 exact, 5 near", "pieces.fertility", "1.31", "vector_size", "Insects"):
        assert shown in text
    assert "word2vec/s1/int8" in text
    assert "fedcba9876543210" in text
    assert "does not hold" in text


def test_each_row_of_the_comparison_leads_to_its_key_and_the_command_that_repeats_it(reported):
    elements = Elements(page(reported))
    links = {attrs["href"][1:] for tag, attrs in elements.tags if tag == "a"}
    runs = {attrs["id"] for tag, attrs in elements.tags if attrs.get("id", "").startswith("run-")}
    assert runs == {link for link in links if link.startswith("run-")}
    command = "embedsmith use default corpus=quick tokenizer=unigram 'models=[word2vec]' 'seeds=[1]' 'variants=[]'"
    assert command in elements.text


def test_the_rows_of_the_comparison_say_what_they_can_be_filtered_and_sorted_by(cured):
    rows = {attrs["data-roles"]: attrs for tag, attrs in Elements(page(cured)).tags if "data-roles" in attrs}
    assert {"untouched", "compression", "cure", "compression|cure"} <= {
        key.removesuffix("|on the front") for key in rows
    }
    assert all(int(attrs["data-bytes"]) > 0 for attrs in rows.values())


def test_without_artifacts_it_has_neither_neighbours_nor_a_map(reported):
    root, _ = reported
    assert {"neighbours", "map"} <= {attrs.get("id") for _, attrs in Elements(page(reported)).tags}
    shutil.rmtree(root / "data/variants")
    assert not {"neighbours", "map"} & {attrs.get("id") for _, attrs in Elements(page(reported)).tags}


def test_names_cannot_become_markup(reported):
    root, configuration = reported
    corpus = json.loads(json.dumps(CORPUS).replace("public domain", "</script><img src=x>"))
    write(root / "data/corpus/corpus.json", json.dumps(corpus))
    spectrum = root / "reports/plots/word2vec/1/spectrum.csv"
    spectrum.write_text(spectrum.read_text().replace("int8", "</script>"))
    for kind in ("size", "similarity", "downstream", "anisotropy", "bias"):
        path = root / f"reports/metrics/word2vec/1/{kind}.json"
        path.write_text(path.read_text().replace('"int8"', '"</script>"'))
    configuration["models"]["word2vec"]["variants"] = ["untouched", "</script>"]
    write(root / "build/config/report.yaml", yaml.safe_dump(configuration))
    html = page((root, configuration), {})
    assert "img" not in {tag for tag, _ in Elements(html).tags}
    scripts = ("script", {}), ("script", {"type": "application/json", "id": "figures"})
    assert html.count("</script>") == len([tag for tag, _ in Elements(html).tags if tag == "script"]) == 5
    assert all(each in Elements(html).tags for each in scripts)


def test_a_model_that_left_the_list_leaves_nothing(reported):
    root, configuration = reported
    del configuration["models"]["random"]
    write(root / "build/config/report.yaml", yaml.safe_dump(configuration))
    html = page(reported).replace(get_plotlyjs(), "")
    assert "random" not in html


def test_it_names_no_folder_of_this_machine(reported):
    root, _ = reported
    assert str(root) not in page(reported)


def test_a_language_without_word_lists_has_a_report_of_what_there_is(reported):
    root, _ = reported
    metrics = root / "reports/metrics"
    for path in metrics.rglob("similarity.json"):
        nothing = {key: {"refused": True} for key in ("mean", "share", "kept")} | {"kept_of": {}}
        path.write_text(json.dumps(dict.fromkeys(json.loads(path.read_text()), nothing)))
    for path in metrics.rglob("bias.json"):
        path.write_text(json.dumps({variant: {} for variant in json.loads(path.read_text())}))
    for path in (root / "build/config/bias").rglob("*.yaml"):
        path.write_text(yaml.safe_dump({"bias": {"tests": {}, "limits": {}}}))

    html, text = page(reported), summary.render(gather(*reported, {}))

    assert "topics" in html
    assert "topics" in text
    shown = {attributes.get("id") for tag, attributes in Elements(html).tags if tag == "section"}
    assert {"comparison", "spectrum"} <= shown
    assert not {"bias", "size", "frequency"} & shown
    assert "## Bias" not in text
