"""Everyday words of requests: they carry no wish of their own, and alone they name nobody.

English function words and the words people wrap a wish in. A catalogue's names made only of such words
("Yes", "The The") are still found when a cue or quotes support them.
"""

from __future__ import annotations

EVERYDAY = frozenset(
    """
a about absolutely actually add added adding after again all alright also am amazing an and another any anybody anyone anything anyway are around artist artists as ask at
awesome back bad band bands be beautiful because been before being best better big bit both bring build but by call called came can cannot cant catalog catalogue change
choice choices choose come cool could couple create day days decent definitely did different do does doesnt dont done down each else end enjoy enough especially even ever every
everything exactly excellent fan fantastic far favorite favourite feel feeling few fill find fine first fit fits five for found four friend friends from full fun further get gets getting
give go goes going good got gotta great group guess had happen has have havent having he hear heard hello help her here hey hi him his hit hits hmm hope how however i id if im in include
including instead interested into is isnt it its ive job just keep kept kind know last later lately least left lets let like liked likes line list listen listening little ll long look looking looks
lot lots love loved lovely made make makes making many may maybe me mean meant mind mix more most mostly mr ms much music must my myself name named need needs never new next nice no none
not nothing now number of off ok okay old on once one ones only open or order other others our out over own part people perfect perhaps pick picks place play played playing playlist playlists please plus
point possible prefer pretty probably put quite rather re ready real really recommend recommendation recommendations recommended remember request right round same save say search second see seems
select selection send set several shall she should show similar simply since singer singers so some somebody someone something sometimes somewhat song songs soon sort sound sounding sounds start started
still stuff style such suggest suggestion suggestions super sure take talk tell than thank thanks that thats the their them then there these they thing things think third this those though three thru through
time times title titled to today together tonight too top total totally track tracks tried try trying tune tunes turn two type ums under until up upon us use used usually ve version versions very vibe vibes
wait want wanted wants was wasnt way we week well went were what whatever when where which while who whole why will with within without wonderful wont work works would wouldnt wow x yeah year yes yet you
your yours youve thx pls plz gonna wanna u ya em til may june bring gimme
sings sung album albums single singles cd record records released release releases featuring feat solo era decade popular famous well-known classic classics
ich mochte bitte etwas mit und der die das ein eine ist von zum fur je veux un une le la les du des et avec pour quiero una el los las y con para por algo voglio il lo gli e con per di da qualcosa
world hair baby girl girls boy boys man men woman women life heart night dream dreams fire water sun moon star stars house home city street road rain summer winter
black white red blue green golden gold silver happy sad lost young wild free high low deep true
""".split()
)
