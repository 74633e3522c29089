"""The order that a listener wants tracks in: an arc of energy, of tempo, or of years."""

from __future__ import annotations

from assistant.embedded.bounds import Constrained, matches
from index.query import Order

_LOW = r"(?:sleepy|drowsy|calm|quiet|slow(?:ly)?|soft(?:ly)?|mellow|gentle|gently|relaxed|chilled?|peaceful|low|ruhig|calme|tranquil[oa]|suave|calmo)"
_HIGH = r"(?:loud|energetic|wild|fast|intense|lively|upbeat|danceable|big|high|energy|aggressive|euphoric|wild|laut|[eé]nergique|en[eé]rgic[oa]|energico|energetico)"
_GROWS = r"(?:end|finish|build|get|grow|become|turn|work|then|to|zu|bis|[aà]|hasta|vers|fino)"
_SORTED = r"\b(?:sort|order|arrang|rank|list|sortier|ordne|tri|class|ordena|ordina|pon(?=l)|metti(?=l)|sortera)\w*(?: (?:it|them|these|those|this|that|the \w+|sie|die(?: \w+)?|les|los|las|le|li|dem)|-les)? (?:by|nach(?: dem)?|par|por|per|seg[uú]n|efter)(?: the| the[ir]+| le| la| el| il| l['’])?"
_SLOW, _FAST = (
    r"(?:slow(?:ly)?|langsam|lent\w*|despacio)",
    r"(?:faster|fast|quicker|quick|schnell\w*|rapide|r[aá]pid[oa]|veloce)",
)
_PATTERNS: tuple[tuple[Order, str], ...] = (
    ("rising tempo", rf"\b(?:start|begin|open)\w*(?: \w+){{0,2}} {_SLOW}\b.{{0,40}}?\b{_GROWS}\w*\b.{{0,30}}?\b{_FAST}\b|\b(?:gets|getting|grows|growing|becomes|becoming) (?:faster|quicker)\b"),
    ("falling tempo", rf"\b(?:start|begin|open)\w*(?: \w+){{0,2}} {_FAST}\b.{{0,40}}?\b{_GROWS}\w*\b.{{0,30}}?\b(?:slow|slower)\b|\b(?:gets|getting|grows|growing|becomes|becoming) slower\b"),
    ("rising tempo", rf"\b(?:from|von|de|da)\s+{_SLOW}(?:est)?\s+{_GROWS}\s+(?:{_FAST}|fastest)\b"),
    ("falling tempo", rf"\b(?:from|von|de|da)\s+(?:{_FAST}|fastest)\s+{_GROWS}\s+{_SLOW}(?:est)?\b"),
    ("rising energy", rf"\b(?:start|begin|open)\w*(?: \w+){{0,2}} {_LOW}\b.{{0,40}}?\b{_GROWS}\w*\b.{{0,30}}?\b{_HIGH}(?:er)?\b"),
    ("rising energy", rf"\b(?:from|von|de|da)\s+{_LOW}\s+{_GROWS}\s+(?:more )?{_HIGH}\b|\bcalmest first\b|\bquietest first\b"),
    ("rising energy", r"\b(?:rising|increasing|growing|building|mounting) (?:energy|intensity)\b|\b(?:slowly|gradually|steadily) (?:builds?|rises?|grows?|gets? (?:louder|wilder|more energetic))\b|\bbuilds? (?:up )?(?:slowly|gradually|steadily|in energy|in intensity|towards the end)\b|\bramps? up\b"),
    ("falling energy", rf"\b(?:start|begin|open)\w*(?: \w+){{0,2}} {_HIGH}\b.{{0,40}}?\b{_GROWS}\w*\b.{{0,30}}?\b{_LOW}(?:er)?\b"),
    ("falling energy", rf"\b(?:from|von|de|da)\s+{_HIGH}\s+{_GROWS}\s+(?:more )?{_LOW}\b|\b(?:most energetic|loudest|wildest) first\b"),
    ("falling energy", r"\b(?:falling|decreasing|declining|fading) (?:energy|intensity)\b|\b(?:slowly|gradually) (?:calms? down|winds? down|gets? calmer|gets? quieter)\b|\b(?:calms?|winds?) down (?:slowly|gradually|towards the end)\b"),
    ("rising tempo", rf"\bslowest first\b|\b(?:rising|increasing|climbing) tempo\b|\b(?:tempo|bpm|speed) (?:rising|increasing|climbing|going up)\b|\bfrom \d{{2,3}}(?: ?bpm)? (?:up|rising|climbing) to \d{{2,3}} ?bpm\b|\bgets? faster (?:and faster|with each)\b|{_SORTED} (?:tempo|bpm|speed|velocidad|velocit[aà]|geschwindigkeit|andamento)\b"),
    ("falling tempo", r"\bfastest first\b|\b(?:falling|decreasing) tempo\b|\b(?:tempo|bpm|speed) (?:falling|decreasing|going down)\b|\bfrom \d{2,3}(?: ?bpm)? down to \d{2,3} ?bpm\b|\bgets? slower (?:and slower|with each)\b"),
    ("longest first", r"\blongest first\b|\bfrom (?:the )?longest to (?:the )?shortest\b"),
    ("shortest first", rf"\bshortest first\b|\bfrom (?:the )?short(?:est)? to (?:the )?long(?:est)?\b|{_SORTED} (?:length|duration|running time|l[aä]nge|dur[eé]e|duraci[oó]n|durata|dura[cç][aã]o|l[aä]ngd)\b"),
    ("newest first", r"\b(?:newest|latest|most recent) first\b"),
    ("oldest first", rf"\boldest first\b|\bchronological(?:ly)?\b|{_SORTED} (?:year|age|date|decade|era|jahr|erscheinungsjahr|ann[eé]e|a[nñ]o|fecha|anno|år)\b"),
    ("rising energy", rf"{_SORTED} (?:energy|intensity|energie|[eé]nergie|energ[ií]a|energi)\b"),
)  # fmt: skip


def parse_order(text: str) -> list[Constrained]:
    """At most one order: the first that is found."""
    for order, pattern in _PATTERNS:
        found = matches(pattern, text, lambda _, order=order: {"order": order})  # type: ignore[misc]
        if found:
            return found[:1]
    return []
