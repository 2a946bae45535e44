"""What a post asks for: question, wish, complaint, praise, purchase.

Turns of phrase and the post's sentiment say it; where a model that also sees the post's words was measured to be better, the model does.
How often they are right is stated in docs/explanation/sentiment.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np

from extractors import chinese, english
from extractors.english import Seen
from extractors.features import HANDLE, LINK
from extractors.findings import Intent, IntentKind, Sentiment
from extractors.folding import fold
from extractors.linear import MODELS, Floats, Linear, load
from extractors.sentiment import LONGEST as LONGEST_READ

RULES = "3"
"""Of this file; the version also holds the weights."""
LONGEST = 2000
"""Code points in which turns of phrase are looked for; a model reads what the sentiment reads."""
STRONG = 0.6
"""A sentiment this bad is a complaint without a turn of phrase that we know; good cheer alone is no praise."""
LEAST = 0.5
"""Below this score nothing is said."""
FORM = 9
"""Dense numbers of a post's form, before those of its words: of five kinds, and four more."""
LONG = 300
"""Code points of a post of which the length tells nothing more."""
READERS: Mapping[str, tuple[str, Callable[[str], Seen]]] = {
    "en": ("intents_en", english.features),
    "zh": ("intents_zh", chinese.features),
}
"""The model of each language and what it sees of the words; its labels are the kinds that it decides in place of the rules."""


def any_of(*phrases: str) -> re.Pattern[str]:
    """A pattern of words and phrases; the border before them is looked for once, not for each."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


ENGLISH: Mapping[IntentKind, re.Pattern[str]] = {
    "question": any_of(
        r"(?:does|do|is|are|can|could|has|have|will|would|should) (?:any ?one|any of you|some ?(?:one|body)|you guys|it|this|i|the)\b.{0,120}\?",
        r"(?:who|what|when|where|why|how|which)(?:'s|s| is| are| do| does| did| can| long| much| many| come| would| will| to)?\b[^.!?]{0,120}\?",
        r"any ?(?:one|body) (?:know|tried|try|have|has|else|used|seen|using|got)", r"any (?:ideas?|tips|advice|news|updates?|chance|suggestions|recommendations)\b[^.!]{0,80}\?",
        r"(?:may|can|could) i ask", r"just wondering", r"how (?:do|can|could|should) (?:i|we)",
    ),
    "wish": any_of(
        r"i wish", r"wish (?:they|you|it|there|that)", r"if only", r"would (?:love|like) (?:to see|it if|you to|if)", r"please (?:add|bring|make|fix|let|give|release|put|stop|open)",
        r"(?:should|need to|needs to|ought to|must) (?:add|bring|make|fix|release|have|offer|sell|open|allow|let|support|improve)", r"bring back",
        r"hope (?:they|you|it|there|to see|the next)", r"would be (?:nice|great|cool|awesome|better) (?:if|to)", r"why (?:can't|don't|doesn't|won't) (?:they|you|it)", r"when will (?:you|they|it)",
        r"want (?:them|you|it) to", r"(?:hope|hoping) (?:that )?(?:\w+ ){1,3}(?:will|can|would|comes?|gets?|announces?|releases?|fix(?:es)?|adds?)",
    ),
    "complaint": any_of(
        r"refund", r"worst", r"broke(?:n)?", r"broken", r"doesn't work", r"not working", r"(?:won't|can't|doesn't|didn't|isn't|wasn't) (?:work|load|charge|open|connect|turn|even|play|let)", r"customer service", r"scam", r"ripp?ed off",
        r"never again", r"disappoint(?:ed|ing|ment)", r"waiting (?:for )?(?:\w+ ){0,3}(?:hours?|days?|weeks?|months?)", r"useless", r"terrible", r"awful", r"horrible", r"fail(?:s|ed)?", r"sucks?", r"ridiculous", r"fix (?:your|this|it|the)", r"crash(?:es|ed|ing)?",
        r"delay(?:ed|s)?", r"overpriced", r"cancel(?:led|ed)?", r"rude", r"joke", r"garbage", r"trash", r"unacceptable", r"fed up", r"sick of", r"wtf", r"annoy(?:ed|ing)", r"complain(?:t|ed|ing)?",
    ),
    "praise": any_of(
        r"love(?:d|s)? (?:this|my|it|the|your|how|these|that|using)", r"amazing", r"awesome", r"the best", r"best \w+ ever", r"perfect", r"great", r"excellent", r"fantastic", r"brilliant", r"recommend", r"thank(?:s| you)", r"impressed", r"well done", r"worth (?:it|every)",
        r"obsessed", r"beautiful", r"so good", r"gorgeous", r"happy with", r"kudos", r"shout ?out", r"delicious", r"favou?rite",
    ),
    "purchase": any_of(
        r"(?:want|wanna|going|gonna|need|like|love|planning|plan|about|thinking about|thinking of|looking) ?(?:to )?(?:buy|buying|get|getting|order|ordering|purchase|upgrade|upgrading|switch|switching)(?: to| a| an| the| one| my| some| myself| me)",
        r"i (?:already |really |so )*(?:want|need|gotta have) (?:it|one|this|that|a|an|the|these|those)", r"(?:i|we) (?:just )?ordered", r"time (?:for me )?to (?:get|buy|upgrade)",
        r"(?:just|have|i've|already|finally) (?:bought|ordered|pre-?ordered|purchased|upgraded)", r"pre-?order(?:ed|ing)?", r"should i (?:buy|get|go for|switch)", r"where can i (?:buy|get|find)", r"take my money",
        r"(?:buying|getting|ordering) (?:a|an|the|one|me|myself|my)", r"in the market for", r"saving up for", r"on my (?:wish ?list|shopping list)",
    ),
}  # fmt: skip

CHINESE: Mapping[IntentKind, re.Pattern[str]] = {
    "question": re.compile(r"(?:吗|呢|么|嘛|没有|什么|怎么样|多少|如何|哪个|哪里|谁)[^。！!，,]{0,6}[?？]|有没有人|哪位[^。！!]{0,8}[?？]|支持[^。！!]{0,6}吗|哪里买的|有啥说法|单号有吗|有人(?:知道|用过|买过)|请问|求问|求解|怎么(?:办|弄|回事|用|样)|为什么[^。！!]{0,30}[?？]"),
    "wish": re.compile(r"希望(?!自己|收到|全世界)|但愿|要是[^。！!]{0,20}就好|如果[^。！!]{0,20}就好|(?<![问到底是])能不能(?!交)|可不可以|(?:能|请)[^。！!？?]{0,8}(?:一点|一下)[吗么嘛]|请尽快|什么时候(?:能|才|可以|出|上)|建议(?!零售)|求(?:求|你们|快点|早日|出|上线|开通|更新|加)|拜托|赶紧出|快点出|出个|期待"),
    "complaint": re.compile(r"太差|很差|差劲|差评|投诉|退货|退款|垃圾|坑爹|太坑|坑人|失望|骗人|骗子|欺骗|再也不|不会再|坏了|卡死|卡顿|死机|闪退|发热|质量问题|质量差|难用|难吃|不给力|无语|恶心|烂|态度(?:差|恶劣|不好)|还没(?:发货|到|收到)|投诉无门|假货|后悔|吐槽|气死|什么破"),
    "praise": re.compile(r"好用|很喜欢|味道(?:很|真|太|超)?好|好鲜|好香|太爽|好爽|真心好|太好(?!像)|优秀|(?:多|感)谢[^。！!]{0,12}(?:组织|服务|支持)|欢乐|认准|很中毒|超喜欢|喜欢[^。！!]{0,8}(?:这|它)|推荐|不错|很赞|点赞|完美|满意|给力|太棒|很棒|真棒|好评|超值|物美价廉|性价比高|良心|惊艳|好吃|爱了|真香|好看|感谢"),
    "purchase": re.compile(r"想买|准备买|打算买|要买|想入|准备入|入手|入了|种草|下单|剁手|想换(?:个|台|部|手机|车)?|预定|预订|预约(?:了|购买)|抢到|抢购|买了|求推荐|哪里(?:能|可以)?买(?!的)|购入|下一部[^。！!]{0,6}(?:是|换)|买一(?:个|台|部|辆)"),
}  # fmt: skip
LANGUAGES = {"en": ENGLISH, "zh": CHINESE}


def intents_of(texts: Sequence[str], language: str, sentiments: Sequence[Sentiment]) -> list[tuple[Intent, ...]]:
    """What each of some posts of a language asks for; nothing in a language without rules."""
    rules = LANGUAGES.get(language)
    if rules is None or not texts:
        return [()] * len(texts)
    hits = [hits_of(text, rules) for text in texts]
    model = load(READERS[language][0])
    seen = [seen_of(text, language, own, lean) for text, own, lean in zip(texts, hits, sentiments, strict=True)]
    found: list[tuple[Intent, ...]] = []
    for own, lean, chances in zip(hits, sentiments, chances_of(model, seen).tolist(), strict=True):
        read = dict(zip(model.labels, chances, strict=True))
        scores = {kind: read[kind] if kind in read else scored(kind, own[kind], lean) for kind in rules}
        found.append(tuple(Intent(kind, round(score, 3)) for kind, score in scores.items() if score >= LEAST))
    return found


def chances_of(model: Linear, seen: Sequence[Seen]) -> Floats:
    """The probability of each of a model's kinds, a row for each post."""
    return model.chances_of_many([each.places for each in seen], [each.dense for each in seen])


def hits_of(text: str, rules: Mapping[IntentKind, re.Pattern[str]]) -> dict[IntentKind, int]:
    """How many turns of phrase of each kind a text has."""
    plain = HANDLE.sub("@", LINK.sub(" ", fold(text[:LONGEST]).text))
    return {kind: len({match[0] for match in pattern.finditer(plain)}) for kind, pattern in rules.items()}


def seen_of(text: str, language: str, hits: Mapping[IntentKind, int], sentiment: Sentiment) -> Seen:
    """What a model sees of a text: its words, and beside them ``FORM`` numbers before those of the language."""
    seen = READERS[language][1](text[:LONGEST_READ])
    return Seen(seen.places, np.concatenate([form_of(text, hits, sentiment), seen.dense]))


def form_of(text: str, hits: Mapping[IntentKind, int], sentiment: Sentiment) -> Floats:
    """Turns of phrase of each kind, the sentiment's lean as a logarithm, question and exclamation marks, length."""
    score = sentiment.score or 0.0
    return np.array(
        [
            *(1 - 0.4**count for count in hits.values()),
            np.log(max(1 + score, 0.04) / max(1 - score, 0.04)) / 4,
            "?" in text or "？" in text, "!" in text or "！" in text, min(len(text), LONG) / LONG,
        ],
        np.float32,
    )  # fmt: skip


def scored(kind: IntentKind, hits: int, sentiment: Sentiment) -> float:
    """How sure a kind is; complaint and praise need a sentiment that agrees."""
    if kind not in {"complaint", "praise"}:
        return round(1 - 0.4**hits, 3) if hits else 0.0
    leaning = (sentiment.score or 0.0) * (-1 if kind == "complaint" else 1)
    if not hits:
        return round(leaning, 3) if kind == "complaint" and leaning >= STRONG else 0.0
    return round(max(0.0, min(1.0, 0.55 * (1 - 0.4**hits) + 0.6 * leaning)), 3)


@cache
def version() -> str:
    """Changes with the rules and with any model's weights."""
    sums = [hashlib.sha256((MODELS / name / "weights.npz").read_bytes()).hexdigest() for name, _ in READERS.values()]
    return hashlib.sha256("".join([RULES, *sums]).encode()).hexdigest()[:12]
