"""Signs in a text of the candidate's own: its language, its spelling, what it denies or mocks.

Runs in T; pure. Curated rows have their traits by hand; these are for other texts alone. What
fools them: a rare language, a slip that gives another word, sarcasm without a word of praise.
"""

from __future__ import annotations

import re

from grader.scoring.spelling import misspelt
from grader.scoring.wordings import MOST_CHARS

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ENGLISH = frozenset(
    "the a an and is are was of to in it that for on with this my our we you i not at be have has "
    "by as from what which when how do does did who there your can could please they but or if "
    "all so no just like get add where why me".split()
)
_OTHERS = frozenset(
    "der das und ist nicht ein eine einen seit keine les des du de la le et ne pas nous est une "
    "que los las el por para hay está jest nie się na bir ve için ich wie mein wir sie es auf mit "
    "den dem kann bitte im wird wo cómo se al del mi su un con cuando je mon ma vous sur dans "
    "qui où dlaczego jak czy nasz mój moje po od do nasıl çok bu da ile neden olarak benim "
    "puedo entrar sale aplicación pedido cuesta quisiera también desde muy pero como más "
    "gibt kein noch auch nach zum zur ins aus dass wenn immer alle weg gerne mir uns hat "
    "avec pourquoi depuis cette son ses leur comment aux pourriez ajouter peut "
    "mogę nie ma są dodać proszę gdzie ile przez tylko jeszcze już "
    "yok var gibi daha nerede ekran uygulama lütfen değil kadar bizim sonra".split()
)
_LETTERS = re.compile("[ğışçąęłńśźżñß¿¡äöüàèùêâîôœ]")
_ROUGH = frozenset(
    "plz pls thx u ur teh dont wont cant didnt doesnt dosnt isnt wanna gonna cuz gr8 wud shud cud "
    "realy agian brokn asap wat ppl luv tho gotta recieve recieved im ive wen alot allways evry "
    "anyting somthing nothin becuase becouse definately seperate occured untill wich whats thats "
    "loosing adress resturant jsut hte taht abot pleas tommorow yestrday yesterdy tody serch "
    "delivry delivrys suplier supliers invoise invoce ordr ordre stok prodct prodcut scaner bigg "
    "biger nead neeed wrking wroking workng crashs craches opend loged keybord buton btn idk omg "
    "tbh r2 msg acct y'all ain't lol".split()
)
_TROUBLE = (
    "bug|bugs|error|errors|crash|crashes|crashed|crashing|broken|problem|problems|wrong|fault|"
    "missing|issue|issues|complaint|fail|fails|failed|freeze|freezing|duplicates|trouble"
)
_DENIED = re.compile(
    rf"(?<![a-z])(?:no|not|never|nothing|zero|without|isnt|isn't|doesn't|doesnt|didn't|hasn't|none)"
    rf"(?:[ ,]+[a-z']+){{0,3}}?[ ,]+(?:a )?(?:{_TROUBLE})(?![a-z])"
    rf"|(?<![a-z])(?:{_TROUBLE})(?:[ ,]+[a-z']+){{0,8}}?[ ,]+"
    r"(?:gone|solved|fixed|resolved|over|not (?:come|happened|returned|been back)[a-z ]{0,8}|"
    r"none since|my (?:own )?(?:mistake|fault))(?![a-z])"
    r"|(?<![a-z])(?:works?|working|runs?)(?: \w+)? (?:fine|well|again|perfectly|nicely|smoothly)"
    r"|(?<![a-z])(?:false alarm|nothing (?:is |was )?(?:missing|lost|wrong|broken)|all (?:is )?"
    r"(?:fixed|solved|good)|no longer (?:freez|crash|fail|hang)\w*|(?:ignore|forget|disregard) my "
    r"(?:\w+ )?(?:report|message|mail|complaint)|my own mistake|not (?:that it|a bug|because))"
)
_MODULES = re.compile(
    r"recipe(?:'?s)?[- ]?(?:costing|calculat\w+|cost(?= (?:module|screen|does|is|was|shows|in)))"
    r"|(?<!\w)costing(?: of)? (?:module|screen|feature|tool|page|recipes?|view)"
    r"|(?:new|5\.0) (?:recipe (?:tool|module|screen|page)|costing)|rezeptkalkulation"
    r"|all?erg[eè]n[- ]?(?:matrix|table|overview|grid|matrice|matris)"
    r"|(?:matrix|table|overview|grid|matriz|matrice) (?:of|de|des|with) (?:the )?all?[eé]rg[eéè]n"
    r"|(?<!\w)(?:version |since |from |in |with |v)5\.0(?!\d)"
)
_MOCKING = re.compile(
    r"(?<![a-z])(?:how (?:thoughtful|clever|kind|nice|considerate|lovely|convenient|modern|brave)|"
    r"lucky me|nice touch|slow clap|good to know|glad (?:i|we) pay|who needs|why would anyone|"
    r"of course|what (?:a|an) (?:joy|treat|pleasure|surprise|idea|delight)|oh (?:joy|great|sure|"
    r"wonderful|lovely|good)|yay|such (?:fun|a joy|a treat)|masterpiece|(?:my|our) compliments|"
    r"impress\w+|ten out of ten|10/10|very (?:modern|brave|artistic|clever)|keeps us on our toes|"
    r"(?:just|really|simply) (?:love|adore|enjoy)|my favou?rite|super|danke auch|toll|"
    r"maravill\w+|genial|magnifique|formidable|wspaniale|harika|i do enjoy|anyway|"
    r"who works|truly|wow|if you (?:enjoy|like|love)|(?:five|5) stars for|finally an? )(?![a-z])"
    r"|[🙃🙄👏]"
)
_THANKS = re.compile(
    r"(?<![a-z])(?:thanks|thank you|thx) (?:so much |very much )?for \w+ing(?![a-z])"
    r"|(?<![a-z])(?<!a )(?:great|brilliant|wonderful|lovely|love|bravo|fantastic|congratulations|"
    r"well done|nice work|nice job|five stars|amazing|perfect|superb|awesome|genius|delighted)"
    r"(?![a-z])"
)
_SINCERE = re.compile(
    r"(?<![a-z])(?:but|though|however|still|apart from|please|could you|can you|would (?:be|make|"
    r"like|love|mind)|since today|thank you for (?:your|the)|thanks for (?:looking|your|the)|"
    r"by the way|btw|one thing|hope you|be super|wäre super|wäre \w+ super|estaría|serait)(?![a-z])"
)
_MOST_MOCKING = 300
"""Characters; a longer text that praises has room to mean it."""
_LACKS = re.compile(r"(?<![a-z])(?:no|never|not|without|by hand|lacks?|another month)(?![a-z])")


def _folded(text: str) -> str:
    return text.casefold().replace("\u2019", "'")


def is_foreign(text: str) -> bool:
    """More small words and letters of other languages than small words of English."""
    folded = _folded(text)
    words = _WORD.findall(folded)
    theirs = sum(w in _OTHERS for w in words) + len(_LETTERS.findall(folded))
    return theirs > sum(w in _ENGLISH for w in words)


def is_rough(text: str) -> bool:
    """A word of slang or in a wrong spelling; beside slang, English only."""
    if any(word in _ROUGH for word in _WORD.findall(_folded(text))):
        return True
    return not is_foreign(text) and bool(misspelt(text[:MOST_CHARS]))


def denies_a_fault(text: str) -> bool:
    """Says that something is not, or no longer, wrong."""
    return bool(_DENIED.search(_folded(text)))


def names_a_new_module(text: str) -> bool:
    """Names Recipe costing or the Allergen matrix."""
    return bool(_MODULES.search(_folded(text)))


def mocks(text: str, *, wants: bool) -> bool:
    """Praise or thanks that are meant otherwise.

    Args:
        text: of a message that is a fault or a wish.
        wants: whether it is a wish; there something has to be lacking.
    """
    folded = _folded(text)
    if len(text) > _MOST_MOCKING or _SINCERE.search(folded):
        return False
    if _MOCKING.search(folded):
        return True
    return bool(_THANKS.search(folded)) and (not wants or bool(_LACKS.search(folded)))
