"""What customers read while they wait, until a site has texts of its own; and the wait in words."""

from broker.estimate import Estimate

GREETING = {
    "en": "Welcome. You are number {position} in the queue. {wait_sentence}",
    "de": "Willkommen. Sie sind Nummer {position} in der Warteschlange. {wait_sentence}",
    "es": "Le damos la bienvenida. Es el número {position} de la cola. {wait_sentence}",
    "fr": "Bienvenue. Vous êtes numéro {position} dans la file. {wait_sentence}",
    "it": "Le diamo il benvenuto. È il numero {position} in coda. {wait_sentence}",
}

HOLD = {
    "en": "Thank you for waiting. You are number {position}. {wait_sentence}",
    "de": "Danke für Ihre Geduld. Sie sind Nummer {position}. {wait_sentence}",
    "es": "Gracias por esperar. Es el número {position}. {wait_sentence}",
    "fr": "Merci de patienter. Vous êtes numéro {position}. {wait_sentence}",
    "it": "Grazie per l’attesa. È il numero {position}. {wait_sentence}",
}

ORPHANED = {
    "en": "We are sorry: nobody is here any more who could help you now. Please try again later.",
    "de": "Es tut uns leid: Gerade ist niemand mehr da, der Ihnen helfen kann. Bitte versuchen Sie "
    "es später noch einmal.",
    "es": "Lo sentimos: ya no queda nadie que pueda atenderle ahora. Inténtelo de nuevo más tarde.",
    "fr": "Nous sommes désolés : il n’y a plus personne pour vous aider en ce moment. Veuillez "
    "réessayer plus tard.",
    "it": "Ci dispiace: ora non c’è più nessuno che possa aiutarla. Riprovi più tardi.",
}

PRIVACY = {
    "en": "What you write here is used only to help you. You can have your own words erased at any "
    "time; then nobody can bring them back, not even we.",
    "de": "Was Sie hier schreiben, dient nur dazu, Ihnen zu helfen. Sie können Ihre eigenen Texte "
    "jederzeit löschen lassen; danach kann sie niemand zurückholen, auch wir nicht.",
    "es": "Lo que escriba aquí se usa solo para ayudarle. En cualquier momento puede hacer que se "
    "borre lo que ha escrito; después nadie podrá recuperarlo, tampoco nosotros.",
    "fr": "Ce que vous écrivez ici ne sert qu’à vous aider. Vous pouvez à tout moment faire effacer "
    "ce que vous avez écrit ; ensuite, personne ne peut le récupérer, pas même nous.",
    "it": "Ciò che scrive qui serve solo ad aiutarla. In qualsiasi momento può far cancellare ciò "
    "che ha scritto; dopo nessuno potrà recuperarlo, nemmeno noi.",
}

WAIT_UNKNOWN = {
    "en": "we cannot say yet",
    "de": "das können wir noch nicht sagen",
    "es": "todavía no podemos decirlo",
    "fr": "nous ne pouvons pas encore le dire",
    "it": "non possiamo ancora dirlo",
}

WAIT = {
    "en": "half wait under {half}, nine of ten under {most}",
    "de": "die Hälfte wartet unter {half}, neun von zehn unter {most}",
    "es": "la mitad espera menos de {half}; nueve de cada diez, menos de {most}",
    "fr": "la moitié attend moins de {half}, neuf sur dix moins de {most}",
    "it": "la metà attende meno di {half}, nove su dieci meno di {most}",
}

SENTENCE_UNKNOWN = {
    "en": "How long it will take, we cannot say yet.",
    "de": "Wie lange es dauert, können wir noch nicht sagen.",
    "es": "Todavía no podemos decir cuánto tardará.",
    "fr": "Nous ne pouvons pas encore dire combien de temps cela prendra.",
    "it": "Non possiamo ancora dire quanto ci vorrà.",
}

MINUTES = {
    "en": ("1 minute", "{} minutes"),
    "de": ("1 Minute", "{} Minuten"),
    "es": ("1 minuto", "{} minutos"),
    "fr": ("1 minute", "{} minutes"),
    "it": ("1 minuto", "{} minuti"),
}


def wait_text(language: str, wait: Estimate | None) -> str:
    """Say in `language`, one of ours, how long `wait` is; None: we cannot say yet."""
    if wait is None:
        return WAIT_UNKNOWN[language]
    one, more = MINUTES[language]
    half, most = (
        one if count == 1 else more.format(count) for count in (wait.half_within, wait.most_within)
    )
    return WAIT[language].format(half=half, most=most)


def wait_sentence(language: str, wait: Estimate | None) -> str:
    """Say the same as a sentence that can stand by itself."""
    if wait is None:
        return SENTENCE_UNKNOWN[language]
    words = wait_text(language, wait)
    return f"{words[0].upper()}{words[1:]}."
