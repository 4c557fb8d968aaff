"""What customers read while they wait, until a site has texts of its own."""

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

WAIT_UNKNOWN = {
    "en": "we cannot say yet",
    "de": "das können wir noch nicht sagen",
    "es": "todavía no podemos decirlo",
    "fr": "nous ne pouvons pas encore le dire",
    "it": "non possiamo ancora dirlo",
}
