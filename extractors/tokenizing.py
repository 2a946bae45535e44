"""The tokenizer of the Chinese pipeline: words as jieba cuts them, as a spaCy Doc."""

from __future__ import annotations

from collections.abc import Callable

import spacy.util
from spacy.language import Language as Pipeline
from spacy.tokens import Doc
from spacy.util import get_words_and_spaces
from spacy.vocab import Vocab

from extractors.segmenting import words_of


class Segmenter:
    """A spaCy tokenizer that cuts by jieba's dictionary."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """The text as a Doc of jieba's words."""
        words = [word for word in words_of(text) if not word.isspace()]
        words, spaces = get_words_and_spaces(words, text)
        return Doc(self.vocab, words=words, spaces=spaces)

    def to_bytes(self, **_: object) -> bytes:
        """Nothing of its own to keep."""
        return b""

    def from_bytes(self, _: bytes, **__: object) -> Segmenter:
        """Nothing of its own was kept."""
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        """Nothing of its own to keep."""

    def from_disk(self, _path: object, **_: object) -> Segmenter:
        """Nothing of its own was kept."""
        return self


@spacy.util.registry.tokenizers("mentionary.jieba.v1")  # type: ignore[untyped-decorator]
def make_segmenter() -> Callable[[Pipeline], Segmenter]:
    """The tokenizer's factory, as spaCy's configuration names it."""

    def make(nlp: Pipeline) -> Segmenter:
        return Segmenter(nlp.vocab)

    return make
