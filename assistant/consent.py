"""Tools that write need the listener's word: what stands in a tag or a caption cannot make a playlist or change what is liked.

The words of the listener's own message are looked at, in seven languages, never those of tool results; a bare "yes" counts
when the answer before asked.
"""

from __future__ import annotations

import re
from typing import Any

from index.words import fold

_PLAYLIST = re.compile(r"play ?list|\blist|\bmix|tape|\bm3u|jspf|xspf|\bset\b|\bsave|\bexport|\bwrite|\bfile|\bput\b|\bcompile|\bmake\b|speicher|sichere|schreib|zusammenstell|sauve|enregistr|ecri|guarda|escrib|salva|scriv|exporta|spara|skriv|lista|liste")  # fmt: skip
_CHANGE = re.compile(r"add|remov|take|drop|delet|swap|replac|exchang|chang|switch|move|\bout\b|\bback\b|undo|\bend\b|first|last|instead|entfern|tausch|ersetz|nimm|weg\b|dazu|enlev|retir|ajout|remplac|quita|anad|cambi|togli|aggiung|tira\b|acrescent|troca|ta bort|lagg till|byt")  # fmt: skip
_TASTE = re.compile(r"lik|stand\b|remove|gone|away|lov|enjoy|hat(?:e|ing)|dig\b|not (?:for|this|that|my|so)|no more|never|without|favou?r|great|good|nice|perfect|awful|terrible|bad|bor(?:ed|ing)|skip|\bno\b|\bnot\b|\bnah|don'?t|wrong|right|yes|yeah|keep|prefer|rather|best|worst|beautiful|wonderful|amazing|fan\b|adore|gefall|\bmag\b|lieb|hass|nicht|\bkein|super|toll|schon|aim|ador|detest|j'?aime|plai|\bpas\b|nul\b|gust|encant|odi|bien|mal\b|piac|\bamo\b|bell|brutt|gost|legal|gill|alsk|hatar|inte|bra\b|more (?:of|like)|of this|this one|that one|\bt\d+\b|♥|👍|👎|❤|\+1|-1")  # fmt: skip
_RESET = re.compile(r"undo|scrap|wish|back|start|over|again|forget|reset|clear|scratch|never ?mind|anew|fresh|new\b|ignore|drop|cancel|take|zuruck|vergiss|neu|von vorn|lösch|losch|annul|oubli|recommenc|retour|olvid|deshac|empez|volve|dimentic|annull|ricominci|indietr|esquec|desfaz|recomec|volt|glom|angra|borja|tillbaka")  # fmt: skip
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|„[^“”]*[“”]|«[^»]*»")  # a title that is asked about gives no orders
_YES = re.compile(r"\s*(?:yes|yeah|yep|ok(?:ay)?|sure|please|do it|go ahead|ja|gern|oui|si|claro|sim|certo)\b.{0,40}")


def refused(name: str, args: dict[str, Any], listener: str, answer_before: str) -> str | None:
    """Why a call must not be made, in a line for the model; None when the listener's words carry it."""
    said = fold(_QUOTED.sub(" ", listener))
    if _YES.fullmatch(said):
        said += " " + fold(answer_before)
    asked = _PLAYLIST.search(said) or (args.get("change") and _CHANGE.search(said))
    if name == "make_playlist" and not asked:
        return "the listener did not ask for a playlist in this turn; do not make one, and ask first"
    if name == "remember":
        if (args.get("like") or args.get("dislike")) and not _TASTE.search(said):
            return "the listener did not say that they like or dislike anything in this turn; nothing is noted"
        if (args.get("undo") or args.get("start_over")) and not _RESET.search(said):
            return "the listener did not ask to take anything back in this turn; nothing is changed"
    return None
