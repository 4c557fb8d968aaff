"""What a site is like until somebody sets something else: empty and closed, or the demo's."""

from broker.config import Config
from broker.site import Consent, Issue, Settings, Team
from protocol.facts import Rules


def first_settings(config: Config) -> Settings:
    """Return what holds for a site until somebody sets something else."""
    if not config.demo:
        return Settings(organisation=config.organisation)
    return Settings(
        organisation=config.organisation,
        languages=("en", "de", "es", "fr", "it"),
        teams=(Team(id="support", name="Support"), Team(id="network", name="Network")),
        issues=tuple(Issue(id=key, team="support", names=names) for key, names in ISSUES.items()),
        chat=True,
        ask_email=True,
        offline="form",
        agreement=AGREEMENT,
        recording=RECORDING,
        rules=Rules(recording_asked=True),
    )


ISSUES = {
    "computer": {
        "en": "Computer",
        "de": "Computer",
        "es": "Ordenador",
        "fr": "Ordinateur",
        "it": "Computer",
    },
    "printer": {
        "en": "Printer",
        "de": "Drucker",
        "es": "Impresora",
        "fr": "Imprimante",
        "it": "Stampante",
    },
    "other": {
        "en": "Something else",
        "de": "Etwas anderes",
        "es": "Otra cosa",
        "fr": "Autre chose",
        "it": "Altro",
    },
}

AGREEMENT = {
    "en": Consent(
        title="Before we begin",
        text="We use what you write here only to help you, and keep it for as long as your case "
        "needs it. Nobody sees your screen unless you share it, and you can stop at any moment.",
    ),
    "de": Consent(
        title="Bevor wir beginnen",
        text="Was Sie hier schreiben, verwenden wir nur, um Ihnen zu helfen, und bewahren es so "
        "lange auf, wie Ihr Anliegen es erfordert. Niemand sieht Ihren Bildschirm, solange Sie ihn "
        "nicht teilen, und Sie können das jederzeit beenden.",
    ),
    "es": Consent(
        title="Antes de empezar",
        text="Usamos lo que escriba aquí solo para ayudarle y lo conservamos mientras su caso lo "
        "requiera. Nadie ve su pantalla si usted no la comparte, y puede dejar de hacerlo en "
        "cualquier momento.",
    ),
    "fr": Consent(
        title="Avant de commencer",
        text="Ce que vous écrivez ici ne sert qu’à vous aider, et nous ne le conservons que le "
        "temps nécessaire à votre demande. Personne ne voit votre écran si vous ne le partagez "
        "pas, et vous pouvez arrêter à tout moment.",
    ),
    "it": Consent(
        title="Prima di iniziare",
        text="Usiamo ciò che scrive qui solo per aiutarla e lo conserviamo finché il suo caso lo "
        "richiede. Nessuno vede il suo schermo se non lo condivide, e può smettere in qualsiasi "
        "momento.",
    ),
}

RECORDING = {
    "en": Consent(
        title="Recording",
        text="We would like to record this session, so that it can be shown later what was done on "
        "your computer. A recording is sealed: nobody can change it, and only a compliance officer "
        "can play it.",
    ),
    "de": Consent(
        title="Aufzeichnung",
        text="Wir möchten diese Sitzung aufzeichnen, damit sich später zeigen lässt, was an Ihrem "
        "Computer getan wurde. Eine Aufzeichnung ist versiegelt: Niemand kann sie ändern, und nur "
        "die Compliance-Stelle kann sie abspielen.",
    ),
    "es": Consent(
        title="Grabación",
        text="Nos gustaría grabar esta sesión para poder demostrar más adelante lo que se hizo en su "
        "ordenador. Las grabaciones se sellan: nadie puede modificarlas y solo el responsable de "
        "cumplimiento puede reproducirlas.",
    ),
    "fr": Consent(
        title="Enregistrement",
        text="Nous souhaitons enregistrer cette session afin de pouvoir montrer plus tard ce qui a "
        "été fait sur votre ordinateur. Un enregistrement est scellé : personne ne peut le modifier "
        "et seul le responsable de la conformité peut le lire.",
    ),
    "it": Consent(
        title="Registrazione",
        text="Vorremmo registrare questa sessione, per poter mostrare in seguito che cosa è stato "
        "fatto sul suo computer. Una registrazione è sigillata: nessuno può modificarla e solo il "
        "responsabile della conformità può riprodurla.",
    ),
}
