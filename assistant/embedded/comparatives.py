"""Comparatives in seven languages: "slower", "a bit darker", "plus calme", each against what was shown."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.embedded.named import overlaps
from index.query import Comparison, Dimension

_COMPARE: tuple[tuple[Dimension, str], ...] = (
    ("slower", r"\b(?:too fast|slower|less fast|not (?:so|as|that|quite so) fast|lower tempo|slow (?:it )?down)\b"),
    ("faster", r"\b(?:too slow|faster|quicker|speedier|less slow|not so slow|higher tempo|speed (?:it )?up|more up-?tempo)\b"),
    ("calmer", r"\b(?:too (?:loud|hectic|busy|aggressive|energetic)|not (?:so|that|as) (?:loud|hectic|busy|aggressive|energetic|wild)|calmer|quieter|softer|gentler|mellower|more (?:relaxed|relaxing|calm|mellow|chilled?|laid[- ]back|peaceful|gentle|tranquil)|less (?:intense|energetic|aggressive|hectic|busy|energy|upbeat)|tone it down|more subdued)\b"),
    ("more energetic", r"\b(?:(?:too|not so) (?:sleepy|calm|mellow|quiet|boring|tame)|(?:kick|turn|ramp|pump|crank) (?:it|things) up(?: a (?:notch|gear|bit))?|livelier|wilder|punchier|harder|more (?:energetic|energy|upbeat|intense|lively|power|powerful|drive|driving|danceable|oomph)|less (?:calm|sleepy|mellow|quiet|boring)|with more (?:energy|drive|power|punch))\b"),
    ("darker", r"\b(?:darker|more (?:dark|gloomy|sombre|somber|ominous)|less (?:bright|cheerful))\b"),
    ("brighter", r"\b(?:brighter|more (?:bright|brilliant|shimmering)|less (?:dark|gloomy))\b"),
    ("older", r"\b(?:older|earlier|too (?:modern|new|recent)|not (?:so|that|as) (?:modern|new|recent)|more (?:vintage|classic|old[- ]school)|less (?:modern|recent|new))\b(?! than (?:18|19|20)\d\d)"),
    ("newer", r"\b(?:newer|too old|not (?:so|that|as) old|more (?:recent|modern|current|contemporary)|less old)\b(?! than (?:18|19|20)\d\d)"),
    ("shorter", r"\bshorter\b(?! than \d)"),
    ("longer", r"\blonger\b(?! than \d)"),
    ("louder", r"\blouder\b"),
)  # fmt: skip
# German, Swedish | French | Spanish, Italian, Portuguese: a comparative, or "more" and "less" with an adjective
_MAS = r"(?:m[aá]s|pi[uù]|mais)"
_COMPARE_ABROAD: tuple[tuple[Dimension, str], ...] = (
    ("slower", rf"\b(?:langsamer|weniger schnell|l[aå]ngsammare|plus lente?s?|moins (?:vite|rapides?)|{_MAS} lent[oaie]s?|menos r[aá]pid[oa]s?|meno veloc[ei])\b"),
    ("faster", rf"\b(?:schneller|flotter|snabbare|plus (?:vite|rapides?)|moins lente?s?|{_MAS} (?:r[aá]pid[oaei]s?|veloc[ei]|veloz)|meno? lent[oaie]|menos lent[oa]s?)\b"),
    ("calmer", rf"\b(?:ruhiger|leiser|sanfter|entspannter|lugnare|mjukare|plus (?:calmes?|doux|douces?|tranquilles?)|{_MAS} (?:tranquil[lo]?[oaie]s?|calm[oaie]s?|suaves?|dolc[ei]|rilassat[oaie]|relajad[oa]s?))\b"),
    ("more energetic", rf"\b(?:lebhafter|energischer|wilder|livligare|mer energi|plus (?:[eé]nergiques?|viv[ef]s?|dynamiques?)|{_MAS} (?:en[eé]rg[eé]tic[oaih]+s?|enérgic[oa]s?|animad[oa]s?|vivac[ei]|movid[oa]s?))\b"),
    ("darker", rf"\b(?:d[uü]sterer|dunkler|m[oö]rkare|plus sombres?|{_MAS} (?:oscur[oaie]s?|sombr[ií][oa]s?|cup[oaie]|escur[oa]s?))\b"),
    ("brighter", rf"\b(?:heller|fr[oö]hlicher|gladare|ljusare|plus (?:gaie?s?|joyeu(?:x|ses?)|clair[es]*)|{_MAS} (?:alegres?|allegr[oaie]|luminos[oaie]s?))\b"),
    ("older", rf"\b(?:[aä]lter(?:e|es|en)?|[aä]ldre|plus (?:anciens?|anciennes?|vieux)|{_MAS} (?:antigu[oa]s?|viej[oa]s?|vecchi[oae]?|antig[oa]s?))\b"),
    ("longer", rf"\b(?:l[aä]nger|plus longue?s?|{_MAS} (?:larg[oa]s?|lung[oahi]+|long[oa]s?)|l[aä]ngre)\b"),
    ("shorter", rf"\b(?:k[uü]rzer|plus courte?s?|{_MAS} (?:cort[oaie]s?|brev[ei]s?|curt[oa]s?)|kortare)\b"),
    ("newer", rf"\b(?:neuere?[sn]?|nyare|plus r[eé]cente?s?|{_MAS} (?:recientes?|recent[ei]s?|nuev[oa]s?|nuov[oaie]))\b"),
)  # fmt: skip
_LITTLE = re.compile(
    r"(?:\b(?:a (?:little|bit|touch|tad|shade|hair|smidge|notch)(?: bit)?|slightly|somewhat|marginally|etwas|ein (?:bisschen|wenig)|l[eé]g[eè]rement|un peu|un poc[oh]?(?:ito)?|un po['’]?|um pouco|lite|n[aå]got))\s*$",
    re.IGNORECASE,
)


def comparisons(
    text: str, shown: bool, aside: Sequence[tuple[int, int]] = ()
) -> tuple[tuple[Comparison, ...], list[tuple[int, int]]]:
    """Comparatives and their places [start, end); before anything is shown they are plain wishes and are left to the vocabulary.
    What stands `aside` compares nothing: "no longer than 80 seconds" is a limit."""
    found: list[Comparison] = []
    taken: list[tuple[int, int]] = []
    for dimension, pattern in _COMPARE + _COMPARE_ABROAD if shown else ():
        match = re.search(pattern, text, re.IGNORECASE)
        if match and dimension not in {c.dimension for c in found} and not overlaps(*match.span(), aside):
            little = bool(_LITTLE.search(text[: match.start()]))
            found.append(Comparison(dimension=dimension, to=None, little=little))
            taken.append(match.span())
    return tuple(found), taken
