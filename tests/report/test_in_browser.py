"""The page in a real Chromium, as a person uses it."""

import pytest

from embedsmith.report.content import gather
from embedsmith.report.overview import write as write_overview
from embedsmith.report.page import render
from embedsmith.runs.folders import Sweep
from report.browser import CHROMIUM, Browser
from report.test_overview import WINDOWS, job
from report.tree import CHAINS, CURES, config, write, write_tree

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")

ROWS = "const rows = [...document.querySelectorAll('table.main tbody tr')].filter(row => !row.hidden);"
FIRST = "row.cells[0].firstChild.textContent + ' ' + row.cells[0].querySelector('small').textContent"
WIDE = """
const wide = document.documentElement.clientWidth;
return [...document.querySelectorAll('body *')]
  .filter(each => each.getBoundingClientRect().right > wide + 1)
  .filter(each => !each.closest('.scroll') && !each.closest('.js-plotly-plot'))
  .map(each => each.outerHTML.slice(0, 80))
"""


@pytest.fixture(scope="module")
def browser():
    with Browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The report of two models with cures, and of a baseline."""
    root = tmp_path_factory.mktemp("page")
    chains = CHAINS | CURES
    configuration = config(chains=chains)
    models = configuration["models"]
    configuration["models"] = {"word2vec": models["word2vec"], "glove": models["word2vec"], "random": models["random"]}
    write_tree(root, configuration, chains)
    write(root / "index.html", render(gather(root, configuration, {"word2vec/s1/int8": "0123"})))
    return root / "index.html"


def rows(browser):
    """Variants and models of the rows that are shown, in their order."""
    return browser.run(f"{ROWS} return rows.map(row => {FIRST})")


def column(browser, name):
    """Index of a column of the comparison."""
    heads = browser.run("return [...document.querySelectorAll('table.main th')].map(head => head.textContent)")
    return next(place for place, head in enumerate(heads) if head.startswith(name))


def head(place):
    return f"document.querySelectorAll('table.main th')[{place}]"


def values(browser, place):
    return browser.run(f"{ROWS} return rows.map(row => Number(row.cells[{place}].dataset.order))")


def test_it_opens_without_an_error_and_asks_for_nothing(browser, page):
    browser.open(page)
    assert browser.run("return document.title") == "embedsmith: report"
    assert browser.problems == []
    assert browser.loaded == []


def test_a_click_on_a_head_sorts_and_another_turns_round_and_a_third_undoes_it(browser, page):
    browser.open(page)
    before, place = rows(browser), column(browser, "on disk")
    seen = []
    for _ in range(3):
        browser.click(f"{head(place)}.querySelector('button')")
        seen.append((browser.run(f"return {head(place)}.ariaSort"), values(browser, place), rows(browser)))
    assert [each[0] for each in seen] == ["descending", "ascending", "none"]
    assert seen[0][1] == sorted(seen[0][1], reverse=True)
    assert seen[1][1] == sorted(seen[1][1])
    assert seen[2][2] == before != seen[1][2]


def test_the_keyboard_sorts_too_and_what_has_no_value_stands_last(browser, page):
    browser.open(page)
    place = column(browser, "kept")
    browser.run(f"{head(place)}.querySelector('button').focus()")
    for way in ("descending", "ascending"):
        browser.press("Enter", "\r")
        assert browser.run(f"return {head(place)}.ariaSort") == way
        assert rows(browser)[-1] == "untouched random"
    browser.click(f"{head(0)}.querySelector('button')")
    assert browser.run(f"return {head(place)}.ariaSort") == "none"
    names = [row.split()[0] for row in rows(browser)]
    assert names == sorted(names)


def test_filters_leave_what_was_asked_for_and_say_how_many(browser, page):
    browser.open(page)
    everything = len(rows(browser))

    def ask(**fields):
        browser.run("document.querySelector('#comparison form').reset()")
        for name, value in fields.items():
            browser.run(
                f"const field = document.querySelector('#comparison form').elements['{name}'];"
                f"field.value = '{value}'; field.dispatchEvent(new Event('input', {{bubbles: true}}))"
            )
        found = rows(browser)
        assert browser.run("return document.querySelector('#comparison output').textContent") == (
            f"{len(found)} of {everything}"
        )
        return found

    assert ask(model="glove", role="cure") == ["center glove", "center-int8 glove"]
    assert ask(role="untouched") == ["untouched word2vec", "untouched glove"]
    assert set(ask(model="word2vec", role="compression")) == {
        f"{name} word2vec" for name in ("fp16", "int8", "pca", "center-int8")
    }
    assert len(ask(text="GLOVE")) == 6
    small = browser.run(f"{ROWS} return rows.map(row => Number(row.dataset.bytes))") if ask(most=0.02) else []
    assert small
    assert max(small) <= 20_000
    assert ask(role="on the front")
    assert len(ask()) == everything


def test_a_typed_filter_works_as_it_is_typed(browser, page):
    browser.open(page)
    browser.click("document.querySelector('#comparison form').elements.text")
    browser.type("int8")
    assert {row.split()[0] for row in rows(browser)} == {"int8", "center-int8"}


def test_neighbours_show_and_what_all_share_is_shaded(browser, page):
    browser.open(page)
    browser.run("document.querySelector('#neighbours').scrollIntoView({behavior: 'instant'})")
    browser.click("document.querySelector('#neighbours input')")
    browser.type("word7")
    lines = browser.run(
        "return [...document.querySelectorAll('.neighbours tbody tr')].map(row => [...row.cells].map(each => "
        "[each.firstChild.textContent, each.className, each.style.getPropertyValue('--share')]))"
    )
    assert [line[0][0] for line in lines] == ["untouched", "int8", "pca", "center", "center-int8"]
    assert [len(line) for line in lines] == [2 + 4] * 5
    names = [{cell[0] for cell in line[2:]} for line in lines]
    shared = set.intersection(*names)
    for line in lines:
        for word, kind, share in line[2:]:
            assert (share == "100%") == (word in shared) == ("shared" in kind)
            assert ("new" in kind) == (word not in names[0])
    assert lines[1][1][0] == f"{len(names[0] & names[1])} of 4"
    words = browser.run("return [...document.querySelectorAll('#frequent option')].map(each => each.value)")
    assert words == [f"word{place}" for place in range(60)]


def test_a_word_that_is_not_known_is_said_to_be_none(browser, page):
    browser.open(page)
    before = browser.run("return document.querySelector('.neighbours tbody').textContent")
    browser.click("document.querySelector('#neighbours input')")
    browser.type("zzz")
    assert browser.run("return document.querySelector('#neighbours input').ariaInvalid") == "true"
    assert browser.run("return document.querySelector('.neighbours tbody').textContent") == before


def test_the_map_has_every_word_and_a_click_shows_its_neighbours(browser, page):
    browser.open(page)
    browser.run("document.querySelector('#map').scrollIntoView({behavior: 'instant'})")
    drawn = "const place = document.getElementById('words'); for (let i = 0; i < 100 && !place.data; i++)"
    browser.run(f"{drawn} await new Promise(done => setTimeout(done, 50))")
    assert browser.run("return document.getElementById('words').data[0].x.length") == 40
    assert browser.run("return document.getElementById('words').data[1].text.length") > 3
    browser.run("document.getElementById('words').emit('plotly_click', {points: [{text: 'word11'}]})")
    assert browser.run("return document.querySelector('#neighbours input').value") == "word11"
    marked = browser.run("return document.getElementById('words').data[2].hovertext")
    assert marked[0] == "word11"
    browser.run(
        "const pick = document.querySelector('[name=map]'); pick.value = 'glove';"
        "pick.dispatchEvent(new Event('change'))"
    )
    assert browser.problems == []


def test_the_details_of_one_model_hide_those_of_another(browser, page):
    browser.open(page)
    figures = "[...document.querySelectorAll('.details figure')]"
    shown = f"return {figures}.filter(each => !each.hidden).map(each => each.dataset.model)"
    assert "glove" not in browser.run(shown)
    browser.click("document.querySelector('[data-show=glove]')")
    assert "word2vec" not in browser.run(shown)
    assert "glove" in browser.run(shown)


def test_all_plots_are_drawn_for_print(browser, page, tmp_path):
    browser.open(page)
    browser.printed(tmp_path / "page.pdf")
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
    undrawn = "return [...document.querySelectorAll('.plot')].filter(each => each.offsetParent && !each.data).length"
    assert browser.run(undrawn) == 0
    assert browser.problems == []


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen_but_tables_in_their_box(browser, page, width):
    browser.open(page, width=width, height=844, touch=width < 600)
    browser.run("dispatchEvent(new Event('beforeprint'))")  # draws all plots
    assert browser.run("return innerWidth") == width
    assert browser.run("return document.documentElement.scrollWidth") <= width
    assert browser.run(WIDE) == []


def test_dark_colours_apply_to_the_page_and_its_plots(browser, page):
    def colours():
        browser.run("document.querySelector('#size').scrollIntoView({behavior: 'instant'})")
        browser.run("dispatchEvent(new Event('beforeprint'))")
        return browser.run(
            "const style = each => getComputedStyle(each);"
            "const text = document.querySelector('#size .main-svg .xtick text');"
            "return [style(document.body).backgroundColor, style(document.body).color, style(text).fill]"
        )

    browser.open(page)
    light = colours()
    browser.open(page, dark=True)
    dark = colours()
    brightness = [[sum(map(int, each[4:-1].split(", "))) for each in both] for both in (light, dark)]
    assert brightness[0][0] > 600 > 300 > brightness[0][1] == brightness[0][2]
    assert brightness[1][0] < 150 < 500 < brightness[1][1] == brightness[1][2]


def test_the_overview_of_a_sweep_works_like_the_report(browser, tmp_path):
    Sweep(name="w", overrides=[], jobs=2).write(tmp_path)
    for name, window in zip("01", WINDOWS, strict=False):
        job(tmp_path, name, [window])
    write_overview(tmp_path)
    browser.open(tmp_path / "overview.html", width=390, height=844)
    browser.run("dispatchEvent(new Event('beforeprint')); await new Promise(requestAnimationFrame)")
    assert browser.run("return document.querySelectorAll('#plot-parallel .axis-title').length") >= 4
    assert browser.run(WIDE) == []
    assert browser.run("return document.documentElement.scrollWidth") <= 390
    place = column(browser, "model.word2vec.window")
    browser.click(f"{head(place)}.querySelector('button')")
    assert values(browser, place) == [10] * 5 + [5] * 5
    assert browser.problems == []
    assert browser.loaded == []
