"""Small talk in German, French, Spanish and Italian: who it is, what it can, keeps, a greeting.

Runs in the model worker (zone G); pure; the text is hostile and short. Each thing asked gets its
sentence in the language it was asked in.
"""

from __future__ import annotations

import re

_MOST_WORDS = 24
_TOPICS = ("self", "maker", "can", "memory", "how", "thanks", "hello")
_DE = {
    "self": (
        r"\b(?:wer|was) bist du\b|\bbist du (?:ein\w* )?(?:chat ?gpt|claude|gemini|ki|roboter|"
        r"mensch|"
        r"bot|programm|echt|sprachmodell)\b|\bwie hei(?:ß|ss)t du\b|\bdein name\b|\bwer sind sie\b",
        "Ich bin ein kleines Übungsmodell, ein Programm und kein bekannter Assistent.",
    ),
    "maker": (
        r"\bwer hat dich\b|\bvon wem bist du\b|\bwelche firma\b[^?]{0,20}\bdich?\b",
        "Ich gehöre zu Audition; keine Firma hat mich als Sprachmodell trainiert.",
    ),
    "can": (
        r"\bwas kannst du\b|\bwobei kannst du\b|\bwas können sie\b|\bkannst du mir helfen\b",
        "Ich kann Texte zusammenfassen, ordnen und umschreiben und Fragen zu einem Text "
        "beantworten.",
    ),
    "memory": (
        r"\b(?:merkst|speicherst|behältst|erinnerst|lernst|vergisst) du\b",
        "Ich merke mir nichts über dieses Gespräch hinaus.",
    ),
    "how": (
        r"\bwie geht(?:['’]?s| es (?:dir|ihnen))\b|\balles (?:gut|klar)\?|\bwie war dein\w*\b",
        "Danke, gut, soweit ein Programm das sagen kann. Womit kann ich helfen?",
    ),
    "thanks": (r"^\W*(?:vielen |herzlichen )?dank\w*\b", "Gern geschehen."),
    "hello": (
        r"^\W*(?:hallo|guten (?:morgen|tag|abend)|moin|servus|grüß gott)\b",
        "Hallo! Womit kann ich helfen?",
    ),
}
_FR = {
    "self": (
        r"\bqui (?:es[- ]tu|êtes[- ]vous)\b|\b(?:tu es|es-tu|t'es) (?:chat ?gpt|un robot|une "
        r"ia|qui)\b|"
        r"\bcomment (?:tu t['’]appelles|t['’]appelles[- ]tu)\b|\bton nom\b",
        "Je suis un petit modèle d'exercice, un programme, et aucun assistant connu.",
    ),
    "maker": (
        r"\bqui t['’]a (?:fait|créé|construit)\b",
        "Je fais partie d'Audition ; aucune entreprise ne m'a entraîné comme modèle de langue.",
    ),
    "can": (
        r"\b(?:que (?:sais|peux)[- ]tu|qu['’]est-ce que tu (?:sais|peux)|tu peux m['’]aider)\b",
        "Je peux résumer, classer et reformuler des textes et répondre à des questions sur un "
        "texte.",
    ),
    "memory": (
        r"\b(?:te souviens|tu retiens|retiens-tu|tu gardes|mémoire)\b",
        "Je ne garde rien après cette conversation.",
    ),
    "how": (
        r"\b(?:comment ça va|ça va|comment vas[- ]tu|comment allez[- ]vous)\b",
        "Bien, merci, pour un programme. En quoi puis-je aider ?",
    ),
    "thanks": (r"^\W*merci\b", "Avec plaisir."),
    "hello": (r"^\W*(?:bonjour|salut|bonsoir|coucou)\b", "Bonjour ! En quoi puis-je aider ?"),
}
_ES = {
    "self": (
        r"\bqui[eé]n eres\b|\bqu[eé] eres\b|\beres (?:chat ?gpt|un robot|una ia|humano)\b|"
        r"\bc[oó]mo te llamas\b",
        "Soy un pequeño modelo de práctica, un programa, y ningún asistente conocido.",
    ),
    "maker": (
        r"\bqui[eé]n te (?:hizo|cre[oó]|ha hecho)\b",
        "Pertenezco a Audition; ninguna empresa me entrenó como modelo de lenguaje.",
    ),
    "can": (
        r"\bqu[eé] (?:puedes|sabes) hacer\b|\bpuedes ayudarme\b|\ben qu[eé] puedes\b",
        "Puedo resumir, ordenar y reescribir textos y responder a preguntas sobre un texto.",
    ),
    "memory": (
        r"\b(?:recuerdas|te acuerdas|guardas|memoria)\b",
        "No guardo nada después de esta conversación.",
    ),
    "how": (
        r"\b(?:c[oó]mo est[aá]s|qu[eé] tal|c[oó]mo te va)\b",
        "Bien, gracias, para ser un programa. ¿En qué puedo ayudar?",
    ),
    "thanks": (r"^\W*(?:muchas )?gracias\b", "De nada."),
    "hello": (
        r"^\W*(?:hola|buen[oa]s (?:d[ií]as|tardes|noches))\b",
        "¡Hola! ¿En qué puedo ayudar?",
    ),
}
_IT = {
    "self": (
        r"\bchi sei\b|\bcosa sei\b|\bsei (?:chat ?gpt|un robot|umano)\b|\bcome ti chiami\b",
        "Sono un piccolo modello di esercizio, un programma, e nessun assistente noto.",
    ),
    "maker": (
        r"\bchi ti ha (?:fatto|creato|costruito)\b",
        "Faccio parte di Audition; nessuna azienda mi ha addestrato come modello linguistico.",
    ),
    "can": (
        r"\b(?:che )?cosa (?:sai|puoi) fare\b|\bpuoi aiutarmi\b",
        "Posso riassumere, ordinare e riscrivere testi e rispondere a domande su un testo.",
    ),
    "memory": (r"\b(?:ti ricordi|ricordi|memoria)\b", "Non conservo nulla dopo questa chat."),
    "how": (r"\bcome (?:stai|va)\b", "Bene, grazie, per essere un programma. Come posso aiutare?"),
    "thanks": (r"^\W*grazie\b", "Prego."),
    "hello": (r"^\W*(?:buongiorno|buonasera|salve)\b", "Buongiorno! Come posso aiutare?"),
}
_TONGUES = tuple(
    {topic: (re.compile(tongue[topic][0], re.I), tongue[topic][1]) for topic in _TOPICS}
    for tongue in (_DE, _FR, _ES, _IT)
)


def talked(said: str) -> str:
    """What small talk in one of four languages is answered with; empty where it is none.

    Args:
        said: the message.
    """
    if len(said.split()) > _MOST_WORDS or re.search(r"[:\"“«„\n]", said):
        return ""
    for tongue in _TONGUES:
        found = [topic for topic in _TOPICS if tongue[topic][0].search(said)]
        if set(found) <= {"hello", "thanks"} and len(said.split()) > 5:
            continue
        if set(found) - {"hello", "thanks"}:
            found = [topic for topic in found if topic not in ("hello", "thanks")]
        if found:
            return " ".join(tongue[topic][1] for topic in found[:3])
    return ""
