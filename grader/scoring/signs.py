"""Signs in a text of the candidate's own: its language, its spelling, what it denies or praises.

Runs in T; pure. Curated rows have their traits by hand; these are for other texts alone. What
fools them: a rare language, a misspelling that nobody listed, sarcasm without a word of praise.
"""

from __future__ import annotations

import re

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
    "qui où dlaczego jak czy nasz mój moje po od do nasıl çok bu da ile neden olarak benim".split()
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
    rf"(?<![a-z])(?:no|not|never|nothing|zero|without|isnt|isn't|doesn't|doesnt|didn't|hasn't)"
    rf"(?:[ ,]+[a-z']+){{0,3}}?[ ,]+(?:a )?(?:{_TROUBLE})(?![a-z])"
    rf"|(?<![a-z])(?:{_TROUBLE})(?:[ ,]+[a-z']+){{0,6}}?[ ,]+"
    r"(?:gone|solved|fixed|not come back)(?![a-z])"
)
_MODULES = re.compile(r"recipe[- ]?costing|all?ergen[- ]?matrix|recipe cost module")
_PRAISE = re.compile(
    r"(?<![a-z])(?:thanks|thank you|thx|great|brilliant|wonderful|lovely|love|bravo|fantastic|"
    r"congratulations|well done|nice work|nice job|five stars|amazing|perfect|superb|awesome|"
    r"what a joy|what a treat|oh sure|genius|impressive|delighted)(?![a-z])"
)


def _folded(text: str) -> str:
    return text.casefold().replace("\u2019", "'")


def is_foreign(text: str) -> bool:
    """More small words and letters of other languages than small words of English."""
    folded = _folded(text)
    words = _WORD.findall(folded)
    theirs = sum(w in _OTHERS for w in words) + len(_LETTERS.findall(folded))
    return theirs > sum(w in _ENGLISH for w in words)


def is_rough(text: str) -> bool:
    """A word of slang, or in a spelling that is often wrong."""
    return any(word in _ROUGH for word in _WORD.findall(_folded(text)))


def denies_a_fault(text: str) -> bool:
    """Says that something is not, or no longer, wrong."""
    return bool(_DENIED.search(_folded(text)))


def names_a_new_module(text: str) -> bool:
    """Names Recipe costing or the Allergen matrix."""
    return bool(_MODULES.search(_folded(text)))


def praises(text: str) -> bool:
    """Words of thanks or praise, meant or not."""
    return bool(_PRAISE.search(_folded(text)))
