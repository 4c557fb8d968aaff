"""What customers read while they wait, until a site has texts of its own; and the wait in words."""

from broker.estimate import Estimate

GREETING = {
    "en": "Welcome. You are number {position} in the queue; how long it takes: {wait}.",
    "de": "Willkommen. Sie sind Nummer {position} in der Warteschlange; Wartezeit: {wait}.",
    "es": "Le damos la bienvenida. Es el número {position} de la cola; tiempo de espera: {wait}.",
    "fr": "Bienvenue. Vous êtes numéro {position} dans la file ; temps d’attente : {wait}.",
    "it": "Le diamo il benvenuto. È il numero {position} in coda; tempo di attesa: {wait}.",
}

HOLD = {
    "en": "Thank you for waiting. You are number {position}; how long it takes: {wait}.",
    "de": "Danke für Ihre Geduld. Sie sind Nummer {position}; Wartezeit: {wait}.",
    "es": "Gracias por esperar. Es el número {position}; tiempo de espera: {wait}.",
    "fr": "Merci de patienter. Vous êtes numéro {position} ; temps d’attente : {wait}.",
    "it": "Grazie per l’attesa. È il numero {position}; tempo di attesa: {wait}.",
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
