"""The query language of brands: AND OR NOT ( ) "phrase" NEAR/n NEAR/nf wild* {Case} title: author: site: lang: platform: kind: is:.

Two terms side by side mean AND. ``NEAR/n``: at most n words between, in any order; ``NEAR/nf``: the left one first.
A query is parsed once into a tree; what its words hit in a text is found by the matcher, all queries in one pass.

Source: https://lark-parser.readthedocs.io/
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedInput, UnexpectedToken, v_args
from lark.exceptions import VisitError

from extractors.folding import fold_name

FIELDS = ("title", "author", "site", "lang", "platform", "kind", "is")
FLAGS = ("owned", "repost")
LONGEST_QUERY = 20_000
DEEPEST = 100
WIDEST_NEAR = 100

GRAMMAR = r"""
start: either
?either: both (OR both)*
?both: unary (AND? unary)*
?unary: NOT unary -> negated
    | near
?near: atom (NEAR atom)*
?atom: "(" either ")" -> group
    | [FIELD] (WORD | PHRASE | CASE) -> term

OR.9: /OR(?=[\s()]|$)/
AND.9: /AND(?=[\s()]|$)/
NOT.9: /NOT(?=[\s()]|$)/
NEAR.9: /NEAR\/\d+f?(?=[\s()]|$)/
FIELD.8: /[A-Za-z]+:(?=[^\s()\/])/
PHRASE: /"[^"]+"|“[^”]+”/
CASE: /\{[^{}]+\}/
WORD: /[^\s(){}"“”]+/
%ignore /\s+/
"""


class QueryError(ValueError):
    """A query that can't be understood; the message names the column and shows the place."""

    def __init__(self, query: str, at: int, what: str) -> None:
        line = query[:at].rpartition("\n")[2] + query[at:].partition("\n")[0]
        column = len(query[:at].rpartition("\n")[2])
        first = max(0, column - 30)
        shown = line[first : column + 30]
        super().__init__(f"column {at + 1}: {what}, here: {shown[: column - first]}⟪{shown[column - first :]}⟫")
        self.at = at


@dataclass(frozen=True, slots=True)
class Term:
    """A word, phrase or wildcard to find; ``exact`` is the spelling that {Case} asks for, ``title`` that it must stand there."""

    folded: str
    exact: str | None = None
    pattern: re.Pattern[str] | None = None
    """For a wildcard: what the whole word must be like."""
    title: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """What must be so of the post itself: ``author``, ``site``, ``lang``, ``platform``, ``kind``, ``is``."""

    name: Literal["author", "site", "lang", "platform", "kind", "is"]
    value: str


@dataclass(frozen=True, slots=True)
class All:
    """Each part must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """One part must hold."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part must not hold."""

    part: Node


@dataclass(frozen=True, slots=True)
class Near:
    """Both must stand with at most ``most`` words between; ``ordered``: the left one first."""

    left: Node
    right: Node
    most: int
    ordered: bool


Node = Term | Where | All | Some | Not | Near
Span = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What is known of a post beside its text; ``authors`` are all names that its author goes by, folded."""

    authors: frozenset[str] = frozenset()
    site: str | None = None
    language: str | None = None
    platform: str | None = None
    kind: str | None = None
    owned: bool = False
    repost: bool = False
    title_end: int = 0
    """Code points of the text that are its title."""


NOTHING_KNOWN = Circumstances()


@dataclass(frozen=True, slots=True)
class Query:
    """A query, ready to ask; ``terms`` are all its words, those under NOT included."""

    text: str
    root: Node
    terms: tuple[Term, ...] = field(default=())

    def holds(self, hits: Mapping[Term, Sequence[Span]], about: Circumstances, word_at: Callable[[int], int]) -> bool:
        """Whether a text matches: ``hits`` are the spans of each term, ``word_at`` gives the number of the word at a place."""
        return holds(self.root, hits, about, word_at)

    def spans(
        self, hits: Mapping[Term, Sequence[Span]], about: Circumstances, word_at: Callable[[int], int]
    ) -> list[Span]:
        """Where the words stand that make it match, in order."""
        return sorted(set(spans(self.root, hits, about, word_at)))


def holds(node: Node, hits: Mapping[Term, Sequence[Span]], about: Circumstances, word_at: Callable[[int], int]) -> bool:
    """Whether a node of the tree holds."""
    match node:
        case Term():
            return bool(spans(node, hits, about, word_at))
        case Where():
            return is_so(node, about)
        case All(parts):
            return all(holds(part, hits, about, word_at) for part in parts)
        case Some(parts):
            return any(holds(part, hits, about, word_at) for part in parts)
        case Not(part):
            return not holds(part, hits, about, word_at)
        case Near():
            return bool(spans(node, hits, about, word_at))


def spans(
    node: Node, hits: Mapping[Term, Sequence[Span]], about: Circumstances, word_at: Callable[[int], int]
) -> list[Span]:
    """The spans of the words that make a node hold."""
    match node:
        case Term(title=title):
            return [span for span in hits.get(node, ()) if not title or span[1] <= about.title_end]
        case All(parts):
            return (
                [span for part in parts for span in spans(part, hits, about, word_at)]
                if holds(node, hits, about, word_at)
                else []
            )
        case Some(parts):
            return [span for part in parts for span in spans(part, hits, about, word_at)]
        case Near(left, right, most, ordered):
            return close(spans(left, hits, about, word_at), spans(right, hits, about, word_at), most, ordered, word_at)
        case Where() | Not():
            return []


def close(
    left: Sequence[Span], right: Sequence[Span], most: int, ordered: bool, word_at: Callable[[int], int]
) -> list[Span]:
    """The spans that enclose a left and a right one with at most so many words between."""
    found: list[Span] = []
    for first in left:
        for second in right:
            if second[0] >= first[1]:
                between = word_at(second[0]) - word_at(first[1] - 1) - 1
            elif not ordered and first[0] >= second[1]:
                between = word_at(first[0]) - word_at(second[1] - 1) - 1
            elif not ordered and first != second:
                # One stands between the words of the other, as in a NEAR of a NEAR.
                between = 0
            else:
                continue
            if between <= most:
                found.append((min(first[0], second[0]), max(first[1], second[1])))
    return found


def is_so(node: Where, about: Circumstances) -> bool:
    """Whether a post is as a field says."""
    match node.name:
        case "author":
            return node.value in about.authors
        case "site":
            site = about.site or ""
            return site == node.value or site.endswith("." + node.value)
        case "lang":
            return about.language == node.value
        case "platform":
            return about.platform == node.value
        case "kind":
            return about.kind == node.value
        case "is":
            return about.owned if node.value == "owned" else about.repost


@cache
def parser() -> Lark:
    """The parser, made once."""
    return Lark(GRAMMAR, parser="lalr", lexer="basic", propagate_positions=False, maybe_placeholders=True)


def parse(query: str) -> Query:
    """A query's tree; raises QueryError that names the place."""
    if len(query) > LONGEST_QUERY:
        raise QueryError(
            query, LONGEST_QUERY, f"longer than {LONGEST_QUERY:,} characters; split it over aliases and products"
        )
    refuse_depth(query)
    try:
        root = Build(query).transform(parser().parse(query))
    except VisitError as error:
        raise error.orig_exc if isinstance(error.orig_exc, QueryError) else error from error
    except UnexpectedInput as error:
        raise explained(query, error) from error
    if not needs_a_word(root):
        raise QueryError(
            query, 0, "it would match posts without any of its words: give one that must stand in the text"
        )
    return Query(query, root, tuple(dict.fromkeys(terms_of(root))))


def refuse_depth(query: str) -> None:
    """Refuse parentheses and NOTs nested so deep that only a machine wrote them."""
    depth = 0
    for at, sign in enumerate(query):
        depth += (sign == "(") - (sign == ")")
        if depth > DEEPEST:
            raise QueryError(query, at, f"more than {DEEPEST} parentheses open")
    for found in re.finditer(r"(?:\bNOT\s+){20}", query):
        raise QueryError(query, found.start(), "NOT stands too often in a row")


def explained(query: str, error: UnexpectedInput) -> QueryError:
    """What is wrong at the place where the parser stopped."""
    at = error.pos_in_stream if isinstance(error.pos_in_stream, int) and error.pos_in_stream >= 0 else len(query)
    if isinstance(error, UnexpectedCharacters):
        sign = query[at] if at < len(query) else ""
        what = {
            '"': "a quotation mark that is not closed",
            "“": "a quotation mark that is not closed",
            "{": "a brace that is not closed",
            "}": "a closing brace without an opening one",
        }.get(sign, f"{sign!r} has no meaning")
        return QueryError(query, at, what)
    token = error.token if isinstance(error, UnexpectedToken) else None
    if token is None or token.type == "$END":
        opened = unclosed(query)
        if opened is not None:
            return QueryError(query, opened, "a parenthesis that is not closed")
        return QueryError(
            query, len(query.rstrip()), "a word is missing at the end" if query.strip() else "it is empty"
        )
    if token.type == "RPAR":
        what = (
            "a closing parenthesis without an opening one"
            if unclosed(query[:at]) is None
            else "a word is missing before the parenthesis"
        )
        return QueryError(query, at, what)
    return QueryError(query, at, f"{token} needs a word before it")


def unclosed(query: str) -> int | None:
    """Where the last parenthesis stands that nothing closes."""
    opened: list[int] = []
    for found in re.finditer(r'"[^"]*"|[()]', query):
        if found[0] == "(":
            opened.append(found.start())
        elif found[0] == ")" and opened:
            opened.pop()
    return opened[-1] if opened else None


@v_args(inline=True)
class Build(Transformer[Token, Any]):
    """Makes the tree, and refuses what has no meaning."""

    def __init__(self, query: str) -> None:
        super().__init__()
        self.query = query

    def start(self, root: Node) -> Node:
        """The root."""
        return root

    def group(self, inner: Node) -> Node:
        """Parentheses only group."""
        return inner

    def either(self, *parts: Node | Token) -> Node:
        """OR."""
        return Some(tuple(part for part in parts if not isinstance(part, Token)))

    def both(self, *parts: Node | Token | None) -> Node:
        """AND, written or not."""
        return All(tuple(part for part in parts if part is not None and not isinstance(part, Token)))

    def negated(self, _: Token, part: Node) -> Node:
        """NOT."""
        return Not(part)

    def near(self, first: Node, *rest: Node | Token) -> Node:
        """NEAR, from left to right."""
        made = first
        for sign, right in zip(rest[::2], rest[1::2], strict=True):
            assert isinstance(sign, Token)  # noqa: S101 - the grammar's order
            assert not isinstance(right, Token)  # noqa: S101
            at = sign.start_pos or 0
            number = sign.removeprefix("NEAR/").removesuffix("f")
            if len(number) > 3 or int(number) > WIDEST_NEAR:
                raise QueryError(self.query, at, f"NEAR reaches {WIDEST_NEAR} words at most")
            for side in (made, right):
                if not has_places(side):
                    raise QueryError(self.query, at, "NEAR stands between words, phrases, or ORs of them")
            made = Near(made, right, int(number), sign.endswith("f"))
        return made

    def term(self, name: Token | None, word: Token) -> Node:
        """A word, phrase or {Case}, maybe of a field."""
        at = (word.start_pos or 0) if name is None else (name.start_pos or 0)
        value = str(word) if word.type == "WORD" else str(word)[1:-1]
        if name is None:
            self.refuse_slip(word, at)
            return self.words(word, value, at)
        key = name.removesuffix(":")
        if key.lower() not in FIELDS:
            raise QueryError(
                self.query, at, f"no field {key!r}; fields are {', '.join(FIELDS)} (quote words with a colon)"
            )
        if key.lower() == "title":
            made = self.words(word, value, at)
            return Term(made.folded, made.exact, made.pattern, title=True)
        return Where(key.lower(), self.checked(key.lower(), value, word.start_pos or at))  # type: ignore[arg-type]

    def checked(self, key: str, value: str, at: int) -> str:
        """A field's value, as it is compared."""
        folded = fold_name(value.removeprefix("@"))
        if not folded:
            raise QueryError(self.query, at, f"{key}: has no value")
        if "*" in folded:
            raise QueryError(self.query, at, f"{key}: takes no wildcard")
        if key == "is" and folded not in FLAGS:
            raise QueryError(self.query, at, f"no is:{value}; there are is:owned and is:repost")
        return folded

    def refuse_slip(self, word: Token, at: int) -> None:
        """Refuse an operator in small letters, which would be searched as a word."""
        if word.type == "WORD" and (word in {"and", "or", "not"} or re.fullmatch(r"near(/\d*f?)?|NEAR(/\w*)?", word)):
            shown = "NEAR/5" if word.lower().startswith("near") else word.upper()
            raise QueryError(
                self.query, at, f"the operator is written {shown}; for the word itself write {chr(34)}{word}{chr(34)}"
            )

    def words(self, word: Token, value: str, at: int) -> Term:
        """What is searched in the text."""
        folded = fold_name(value)
        if not re.search(r"\w", folded):
            raise QueryError(self.query, at, f"{value!r} holds no letter or digit")
        if word.type == "CASE":
            return Term(folded, " ".join(unicodedata.normalize("NFKC", value).split()))
        if "*" not in folded:
            return Term(folded)
        if word.type == "PHRASE":
            raise QueryError(self.query, at, "no wildcard in a phrase; write the words with NEAR/0f between")
        longest = max(folded.split("*"), key=len)
        if len(longest) < 2:
            raise QueryError(self.query, at, "a wildcard needs two letters beside it")
        pattern = ".*".join(re.escape(part) for part in folded.split("*"))
        return Term(longest, pattern=re.compile(pattern))


def has_places(node: Node) -> bool:
    """Whether a node stands somewhere in the text, so that a distance to it has meaning."""
    match node:
        case Term() | Near():
            return True
        case Some(parts):
            return all(has_places(part) for part in parts)
        case _:
            return False


def needs_a_word(node: Node) -> bool:
    """Whether no post can match without one of the query's words in its text."""
    match node:
        case Term() | Near():
            return True
        case All(parts):
            return any(needs_a_word(part) for part in parts)
        case Some(parts):
            return all(needs_a_word(part) for part in parts)
        case Where() | Not():
            return False


def terms_of(node: Node) -> Iterator[Term]:
    """Every term of a tree."""
    match node:
        case Term():
            yield node
        case All(parts) | Some(parts):
            for part in parts:
                yield from terms_of(part)
        case Not(part):
            yield from terms_of(part)
        case Near(left, right):
            yield from terms_of(left)
            yield from terms_of(right)
        case Where():
            return


def authors_of(node: Node) -> Iterator[str]:
    """Every handle that a tree asks for."""
    match node:
        case Where("author", value):
            yield value
        case All(parts) | Some(parts):
            for part in parts:
                yield from authors_of(part)
        case Not(part):
            yield from authors_of(part)
        case _:
            return
