"""What a turn is for: nearest exemplars by meaning, then grammar that outranks them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Literal, cast

import numpy as np

from assistant.embedded.reference import SIMILAR
from assistant.embedded.sung import GOES_ON, OF_WORDS
from assistant.embedded.whether import WHETHER
from index.embed import Embedder
from index.words import fold

Intent = Literal[
    "find",
    "refine",
    "more",
    "similar",
    "why",
    "details",
    "lyrics",
    "analyze",
    "playlist",
    "like",
    "dislike",
    "thanks",
    "hello",
    "help",
    "taste",
    "undo",
    "reset",
    "outside",
    "imitate",
    "compare",
    "catalogue",
    "tray",
    "bye",
]
_NEIGHBOURS = 3
_SURE = 0.5
_FORGETS = 0.62  # below this, nothing is thrown away


@dataclass(frozen=True)
class Reading:
    """An intent and how sure it is, 0 to 1 (the mean cosine to its nearest exemplars)."""

    intent: Intent
    score: float


class IntentReader:
    """Embeds the exemplars once; then each reading costs one embedding."""

    def __init__(self, embedder: Embedder) -> None:
        data = tomllib.loads(resources.files("assistant.embedded").joinpath("exemplars.toml").read_text("utf-8"))
        self._embedder = embedder
        self._intents = np.array([intent for intent, sentences in data.items() for _ in sentences])
        self._vectors = embedder.embed([s for sentences in data.values() for s in sentences])

    def read(self, text: str) -> list[Reading]:
        """All intents, likeliest first."""
        cosines = self._vectors @ self._embedder.embed_one(text)
        readings = []
        for intent in dict.fromkeys(self._intents):
            best = np.sort(cosines[self._intents == intent])[::-1]
            readings.append(Reading(cast(Intent, str(intent)), float(0.6 * best[0] + 0.4 * best[:_NEIGHBOURS].mean())))
        return sorted(readings, key=lambda r: -r.score)


@dataclass(frozen=True)
class Signs:
    """What grammar found in the turn."""

    wishes: bool
    artist: bool
    pointed: bool
    file: bool
    shown: bool


# What is asked when a wish was taken back with a click: the best of what still holds, shown before or not.
AS_IT_STANDS = re.compile(r"^\W*(?:and )?what fits now\W*$", re.IGNORECASE)
# "the second one is too cheerful": what is wrong with a track is a wish for others
FAULT = re.compile(
    r"\b(?:is|was|are|sounds?|feels?|bit|way|far|little|much|just|a) too \w+|\bnot \w+ enough\b", re.IGNORECASE
)
# "which one would you pick?": of those on the screen, and why
PICKS = re.compile(
    r"\bwhich (?:one|of (?:these|them|those)|track|song)?\s?(?:would|do|should|will) (?:you|i|we) (?:pick|choose|recommend|take|prefer|suggest|start with|play|hear|listen to)\b|\b(?:what['’]?s|what is|which is) your (?:favou?rite|pick|choice)\b|\byour favou?rite\W*$",
    re.IGNORECASE,
)
_GRAMMAR: tuple[tuple[Intent, str], ...] = (
    ("tray", r"\b(?:what(?: tracks?| songs?)?(?:'s| is| are| do i have| have i got)|show(?: me)?|which (?:tracks?|songs?) are) (?:in|on)? ?(?:my|the|this) (?:playlist|tray|list)\b"),
    ("details", r"^\W*(?:(?:and|so|ok|but)\W+)*who(?:['’]?s| is|s)? (?:the )?(?:singer|vocalist|drummer|guitarist|composer|band|artist|producer|songwriter|singing|playing|performing|sings|plays|wrote|composed|produced)\b(?: (?:on |of |for |in )?(?:it|this|that|the (?:first|second|third|fourth|fifth|last)|number \d+|t ?\d+)(?: (?:one|song|track))?)?\W*$"),
    ("details", r"\b(?:story|background) (?:behind|of|to|about)\b|\bwhat(?:['’]?s| is) (?:the|its) story\b"),
    ("bye", r"^\W*(?:(?:ok(?:ay)?|thanks?(?: you| a lot| so much)?|great|lovely|perfect|well|and|so)\W+)*(?:good ?bye|bye(?: bye)?|good night|see you(?: later| soon| tomorrow)?|that(?:'s| is| will be) all(?: for (?:today|now|tonight))?)\W*$"),
    ("imitate", r"\b(?:imitate|clone|mimic|deepfake)\b.*\b(?:voice|singer|sing|artist|style)|\b(?:write|generate|compose)\b.*\b(?:lyrics|song|verse)\b.*\b(?:like|style of|as if|sound)"),
    ("reset", r"\b(?:start (?:over|again|fresh|from scratch)|forget everything|new topic|reset|clear (?:everything|all)|completely different)\b"),
    ("undo", r"\b(?:undo|take (?:that|it) back|forget (?:the last|that last|what i just)|go back (?:one|a step|to before)|(?:scrap|cancel|drop|revert|forget|ignore|take back) (?:that |the |my )?last (?:thing|wish|request|change|filter|bit|part))\b"),
    ("taste", r"\bwhat (?:do|did|have) (?:you|i) (?:know|learn|learned|remember|heard?|told|tell|ask|asked)\b.*\b(?:me|taste|far|for|you|remember)?$|\b(?:my taste|what i like so far)\b|\bwhat have i (?:told|asked)\b"),
    ("refine", AS_IT_STANDS.pattern),
    ("help", r"^\W*help\W*$|\bwhat can (?:you|i) (?:do|ask)|\bhow does this work\b|\bwho are you\b|^(?:\W*(?:so|and|hey|well|ok|okay)\b)*\W*are you\b(?! (?:sure|able|going|still))"),
    ("hello", r"^\W*(?:hi|hello|hey|howdy|good (?:morning|afternoon|evening|day))(?: there| all| everyone| again)?\W*$"),
    ("catalogue", r"^\W*(?:(?:and|so|ok|then)\W+)*how many\b(?! (?:minutes|seconds|bars|beats|bpm|chords|sections|verses|words|times)\b)(?!.*\b(?:it|this|that|t ?\d+|of (?:these|those|them)|(?:i|you) (?:liked?|shown?|heard|showed))\b)"),
    ("catalogue", r"\bwhat (?:have you got|do you have|is there|else is there)(?: in (?:here|there|stock)| here| to (?:hear|listen to|offer))?\W*$|\bwhat(?:['’]?s| is) (?:in )?here\W*$|^\W*who(?:['’]?s| is| are)? (?:is )?in (?:the|this|your) (?:catalogue|catalog|collection|library)"),
    ("catalogue", r"\bhow many (?:[\w&'-]+ ){0,4}?(?:tracks|songs|artists|albums|pieces|genres|titles|tunes|languages|bands)\b(?!.*\b(?:i liked?|shown|heard)\b)|\bwhat (?:genres|artists|bands|languages|instruments|moods|styles|(?:kinds?|sorts?|types?) of (?:music|songs|tracks)) (?:do you (?:have|know)|are there|have you got|is there|is in|are in|does)|\bhow (?:big|large) is (?:the|your|this) (?:catalogue|catalog|collection|library)|\bwhich (?:artists|bands|genres|languages) (?:do you have|are (?:there|in)|have you)|\bwhat(?:'s| is) in (?:the|your|this) (?:catalogue|catalog|collection|library)\b|\bwie viele (?:stucke|lieder|titel|songs)\b|\bcombien de (?:titres|chansons|morceaux)\b|\bcuantas canciones\b|\bquante canzoni\b|\bquantas musicas\b|\bhur manga latar\b"),
    ("compare", r"\bwhich (?:one |of (?:them|these|those|the two) |track |song )?(?:is|was|has|sounds|goes)\b.*\b(?:faster|slower|longer|shorter|older|newer|louder|quieter|calmer|brighter|darker|more \w+|(?:fast|slow|long|short|old|new|loud|quiet|calm|bright|dark)est|most \w+|least \w+)\b|\bthe (?:(?:fast|slow|long|short|old|new|loud|quiet|calm|bright|dark)est|most \w+|least \w+) (?:one )?(?:of|among|out of) (?:them|these|those|the)\b|\b(?:difference|differences|different) between\b|\bhow (?:is|are|do|does|did) .{1,50}\bdiffer(?:ent)?\b|\bhow different (?:is|are)\b|\bwhat makes .{1,40}\bdifferent from\b|\bin common\b|\bcompare (?:t ?\d|the|them|these|those|both)|\bcompare it (?:and|with|to) it\b|\bis (?:it|t ?\d+|the \w+(?: one)?) (?:faster|slower|longer|shorter|older|newer|louder|quieter|calmer|brighter|darker) than\b"),
    ("details", r"^\W*(?:no\W+|sorry\W+|ah\W+)*i (?:meant|mean) (?:t ?\d+|the \w+(?: (?:one|song|track))?)\W*$"),
    ("why", PICKS.pattern),
    ("why", r"\bwhy\b(?! not\b)|\bon what grounds\b|\bwhat makes you\b|\bexplain (?:that|your|the) (?:choice|pick)\b|\bhow does .{1,60}\bfit\b"),
    ("playlist", r"\b(?:save|export|write|turn|download|put)\b.*\b(?:playlist|m3u8?|jspf|list|file)\b|\b(?:make|create|build)\b.*\bplaylist\b.*\b(?:these|those|them|from t\d|of t\d|with t\d|i liked|my likes|ones i)\b"),
    ("playlist", r"^\W*(?:(?:ok(?:ay)?|and|then|now|please|great|good)\W+)*(?:(?:call|name) (?:it|this|that|them|these) .{1,60}\band (?:save|keep|export)|(?:save|export) (?:it|that|this|them|these|those|all of (?:them|these|those)))\b"),
    ("details", r"\b(?:can|could|may|am) i (?:allowed to )?(?:legally )?(?:use|sample|sync|licen[cs]e|remix|share|monetise|monetize)\b(?! (?:you|the (?:page|app|chat)))|^\W*(?:and )?(?:what(?:['’]?s| is| about) (?:the|its) )(?:licen[cs]e|rights|copyright)\b|\bwho owns\b"),
    ("lyrics", r"\b(?:the (?:first|last|opening|closing)|an?|one) (?:line|verse) (?:of|from|in)\b|\b(?:show|read|see|what are|give me|find|quote|print)\b.*\b(?:lyrics|words|text)\b|^\W*(?:the )?lyrics\b|\blyrics (?:of|for|to|please)\b|\brecite\b|\b(?:show|read|quote|tell) (?:me |us )?(?:the|that|this|its) (?:line|verse|words)\b|\bwhat (?:does|do|is) (?:she|he|they|it) sing|\bhow does the (?:chorus|verse) go\b"),
    ("lyrics", GOES_ON.pattern),
    ("lyrics", OF_WORDS.pattern),
)  # fmt: skip
_ADDS = re.compile(r"\badd\b.*\bto (?:my|the|a|that|this) (?:play)?list\b")
_SAVES = re.compile(r"\b(?:make|save|create|export|write|turn|put|download|build|keep|store)\b")
_FACTS = re.compile(
    r"\b(?:who(?:['’]?s| is| are| made| wrote| composed| sings| sang| plays| produced)\b|what(?:'s| is| are) the (?:key|tempo|bpm|meter|length|album|label|licence|license|credits?|isrc|year|genre|chords?)|(?:what|which) (?:key|tempo|bpm|album|year|instruments?|meter|mood|moods|genre|label|language|chords?)|when was|how (?:long|fast|loud) is|details|credits|(?:tell me|say) (?:(?:everything|all|more|something|the story|what you know) ?)?(?:about|behind|of)|is (?:it|this|that|t\s?\d+|the \w+ one) (?:made|ai|by)|(?:is|was|are|were) .{1,80} (?:made|created|generated) (?:with|by|using) .{0,12}(?:ai|machines?|computers?|humans?|people))\b"
)
_HEAR = re.compile(
    r"\b(?:analy[sz]e|analysis|measure|break ?down|structured?|sections?|chord progression|what chords|where does (?:it|t\d+|the track|my track) (?:lift|peak|drop|build|change)|listen to (?:my|this|the file)|what do you hear|describe (?:my|the file|this file))\b"
)
_ALIKE = re.compile(
    r"\b(?:(?:more|something|anything|songs?|tracks?|music|others?|else) (?:that (?:sounds?|is) )?(?:like|similar to|in the (?:style|vein) of)|similar to|sounds? like|(?:mix|blend|go|pair|fit|work|sit)(?:es|s)? (?:well |nicely |best )?(?:with|after|beside|next to)|resembl\w+|in the same vein|reminds? me of)\b|^\W*(?:(?:and|but|now|ok|okay)\W+)*like (?:t ?\d|the|number|#)"
)
_ASKS = re.compile(
    r"\b(?:can (?:you|i|we)|could (?:you|i|we)|would you|any(?: \w+)? (?:songs?|artists?|others?|tracks?|music)|how about|what about|add (?:some|more|another)|please (?:add|play|give|show)|similar artists?)\b"
)
_BLEND = re.compile(
    r"\b(?:between|halfway|half way|a (?:mix|blend|cross|combination|mixture) (?:of|between)|somewhere between|bridges?|crossed with|meets)\b.*\b(?:and|meets|with)\b|\b(?:blend|mix|combine|cross) t ?\d"
)
_LIKES = re.compile(
    r"\b(?:i (?:really )?(?:like|love|enjoy|adore)|is (?:great|perfect|beautiful|lovely|wonderful|awesome|nice|fantastic|amazing|brilliant)|exactly right|(?:big )?fan of)\b"
)
_DISLIKES = re.compile(
    r"\b(?:(?:do not|don['’]?t|dont) (?:like|want|love|care for)|hate|dislike|not (?:a |really a |my )?(?:big |huge )?(?:fan|favou?rite|keen)|(?:can['’]?t|cannot) (?:stand|bear)|never (?:play|again|show)|awful|terrible|horrible|not for me|boring|remove|skip)\b"
)

# Who wants something made in somebody's name says so.
_MAKES = re.compile(
    r"\b(?:write|compose|sing|rap|make|create|generate|imitat\w*|clon\w*|mimic|copy|fake|voice|style|sound(?:ing)? like|as if|pretend|impersonat\w*|cover|lyrics?|verse|chorus|schreib\w*|[eé]cri\w*|escrib\w*|scriv\w*)\b"
)
# Nor does anybody like what they only point at.
_PRAISES = re.compile(
    rf"{_LIKES.pattern}|\b(?:like|love|enjoy|good|great|nice|lovely|beautiful|perfect|best|cool|gorgeous|right|yes|yeah|yep|keep|fan|favou?rite|wow"
    r"|gut|schon\w*|toll|super|gefallt|mag|liebe|aime|adore|belle?|beau|parfait\w*|gusta|encanta|bonit\w+|hermos\w+|piace|bell[oa]|adoro|gosto|lind[oa]|gillar|fin[at]?)\b"
)
# A question or an order is no praise. Without any of these words nobody dislikes anything, however near the sentence is to one who does.
_ORDERS = re.compile(r"^\W*(?:and|add|put|also|include|what|who|which|how|when|where|show|give)\b")
_ASKING = re.compile(r"\?\W*$|^\W*(?:is|are|does|do|can|could|would)\b")
_KNOWN = re.compile(
    r"\b(?:know|knew|heard|played|had) (?:it|that|this|them|those|these|the|about)\b.{0,20}\b(?:already|before)\b|\balready (?:know|knew|heard|played|had|have)\b|\bkenne ich schon\b"
)
_REJECTS = re.compile(
    rf"{_DISLIKES.pattern}|\b(?:no|not|nope|nah|never|bad|worse|worst|ugh|meh|wrong|away|out|off|drop|lose|rubbish|annoying|weak|dull|n['’]?t)\b"
)


def decide(text: str, readings: list[Reading], signs: Signs) -> Reading:
    """The intent of a turn. Grammar that needs a target counts only when there is one."""
    folded = fold(text)
    score = {r.intent: r.score for r in readings}
    for intent, pattern in _GRAMMAR:
        needs = intent in {"why", "lyrics", "playlist", "compare", "details"} and not (
            signs.pointed or signs.shown or signs.file
        )
        if (
            not needs
            and re.search(pattern, folded)
            and not (intent == "reset" and signs.wishes and "forget" not in folded and "start" not in folded)
        ):
            return Reading(intent, max(score.get(intent, 0.0), _SURE))
    if signs.file and (SIMILAR.search(folded) or _ALIKE.search(folded)):
        return Reading("similar", 1.0)
    if signs.file and (not signs.wishes or _FACTS.search(folded) or WHETHER.search(folded)):
        return Reading("analyze", 1.0)
    if (signs.file or signs.pointed) and _HEAR.search(folded):
        return Reading("analyze", 1.0)
    if signs.pointed and not signs.wishes and _ADDS.search(folded):
        return Reading("playlist", 1.0)
    if signs.pointed and _BLEND.search(folded):
        return Reading("similar", 1.0)
    if signs.pointed and _FACTS.search(folded):
        return Reading("details", 1.0)
    if signs.pointed and signs.wishes and WHETHER.search(folded):
        return Reading("details", 1.0)
    if signs.pointed and signs.wishes and FAULT.search(folded):
        return Reading("refine", 1.0)
    if signs.pointed and _ALIKE.search(folded):
        return Reading("similar", 1.0)
    if signs.pointed and not signs.wishes and _KNOWN.search(folded):
        return Reading("more", 1.0)
    if signs.pointed and not signs.wishes and re.match(r"\W*(?:is|are|was|were|does|did|has)\b", folded):
        return Reading("details", 1.0)
    if signs.pointed and not signs.wishes and _DISLIKES.search(folded):
        return Reading("dislike", 1.0)
    if signs.pointed and not signs.wishes and _LIKES.search(folded) and _ASKS.search(folded):
        return Reading("more", 1.0)  # "I love these! any others?"
    if signs.pointed and not signs.wishes and _LIKES.search(folded):
        return Reading("like", 1.0)
    best = next(
        r
        for r in readings
        if _possible(r.intent, signs)
        and not (r.intent in {"reset", "undo"} and r.score < _FORGETS)
        and not (r.intent == "imitate" and not _MAKES.search(folded))
        and not (r.intent == "playlist" and not _SAVES.search(folded))
        and not (r.intent == "dislike" and not _REJECTS.search(folded))
        and not (
            r.intent == "like" and (_ORDERS.search(folded) or _ASKING.search(folded) or not _PRAISES.search(folded))
        )
    )
    if best.intent == "similar" and signs.artist:
        return Reading("find", best.score)  # "anything else by that artist"
    if (
        signs.wishes
        and best.intent not in {"find", "refine", "more", "similar"}
        and not (best.intent in {"outside", "imitate"} and best.score > 0.6)
    ):
        return Reading("refine" if signs.shown and score["refine"] >= score["find"] else "find", best.score)
    return best


def _possible(intent: Intent, signs: Signs) -> bool:
    """Whether an intent makes sense here: some need something shown, pointed at or attached."""
    if intent in {"compare", "catalogue", "tray", "bye"}:
        return False  # by grammar alone
    if intent in {"why", "details", "lyrics", "similar", "like", "dislike"}:
        return signs.pointed
    if intent in {"refine", "more", "playlist", "undo"}:
        return signs.shown
    if intent == "analyze":
        return signs.file or signs.pointed
    return True
