import base64
import json

import numpy as np

from embedsmith.report.neighbourhoods import Map, Nearest, Neighbourhoods
from embedsmith.report.packed import packed
from report.frames import entry


def found(words):
    own = entry("m", ["untouched"])
    return Neighbourhoods(
        words=words,
        asked=2,
        nearest=[Nearest(entry=own, variant="untouched", ids=np.array([[1, 2], [0, -1]]))],
        maps=[Map(entry=own, ids=np.array([0, 1]), places=np.array([[0, 1.0], [0.5, 0]]))],
    )


def test_what_is_packed_reads_back():
    own = packed(found(["a", "b", "c"]), [entry("m", ["untouched"])])
    assert json.loads(json.dumps(own)) == own
    assert own["words"].split("\n") == ["a", "b", "c"]
    ids = np.frombuffer(base64.b64decode(own["lists"][0]["ids"]), "<u2").reshape(-1, own["lists"][0]["count"])
    assert ids.tolist() == [[1, 2], [0, 65535]]
    places = np.frombuffer(base64.b64decode(own["maps"][0]["places"]), "<u2").reshape(-1, 2)
    assert places.tolist() == [[0, 65535], [32768, 0]]


def test_a_list_of_more_words_than_two_bytes_tell_takes_four():
    own = packed(found([f"w{place}" for place in range(65535)]), [entry("m", ["untouched"])])
    assert own["bytes"] == 4
    ids = np.frombuffer(base64.b64decode(own["lists"][0]["ids"]), "<u4")
    assert ids.tolist() == [1, 2, 0, 2**32 - 1]
