"""Importing this reads the light models of English and Chinese, once for all processes that are forked afterwards."""

from extractors.analysis import Analyser

EACH = ("A text that every English model looks at.", "每个中文模型都看的一句话。", "Un texto que no está en inglés.")
"""A text for each pipeline, and one whose language only its letters tell."""

list(Analyser().analyse(EACH))
