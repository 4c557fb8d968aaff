"""The canned messages that the demo begins with, in all our languages.

They show what there is to use: categories in categories, shortcuts, and variables.
"""

from broker.canned import Canned

WELCOME = ("Welcome",)
PRINTERS = ("Help", "Printers")
COMPUTERS = ("Help", "Computers")
GOODBYE = ("Goodbye",)


def first_canned() -> list[Canned]:
    """Return the messages for all, and one of the team `support`."""
    found = [
        _message("greeting", WELCOME, "Greeting", "hello", GREETING),
        _message("moment", WELCOME, "One moment", "moment", MOMENT),
        _message("restart", COMPUTERS, "Restart", "restart", RESTART),
        _message("screen", COMPUTERS, "Ask for the screen", "screen", SCREEN),
        _message("more", GOODBYE, "Anything else?", "more", MORE),
        _message("farewell", GOODBYE, "Farewell", "bye", FAREWELL),
    ]
    return [*found, _message("cable", PRINTERS, "Check the cable", "cable", CABLE, "support")]


def _message(
    key: str,
    path: tuple[str, ...],
    title: str,
    shortcut: str,
    texts: dict[str, str],
    team: str = "",
) -> Canned:
    return Canned(
        id=f"k-first-{key}",
        version=1,
        scope="team" if team else "all",
        team=team,
        path=path,
        title=title,
        shortcut=shortcut,
        texts=texts,
    )


GREETING = {
    "en": "Hello {customer}, my name is {rep}. You wrote to us about “{issue}”. How can I help you?",
    "de": "Guten Tag, {customer}, mein Name ist {rep}. Sie schreiben uns zum Thema „{issue}“. "
    "Wie kann ich Ihnen helfen?",
    "es": "Buenos días, {customer}. Me llamo {rep}. Nos escribe por «{issue}». "
    "¿En qué puedo ayudarle?",
    "fr": "Bonjour {customer}, je m’appelle {rep}. Vous nous écrivez au sujet de « {issue} ». "
    "Comment puis-je vous aider ?",
    "it": "Buongiorno {customer}, mi chiamo {rep}. Ci scrive a proposito di «{issue}». "
    "Come posso aiutarla?",
}

MOMENT = {
    "en": "One moment, please, I am looking into it.",
    "de": "Einen Augenblick bitte, ich sehe nach.",
    "es": "Un momento, por favor, lo estoy comprobando.",
    "fr": "Un instant, s’il vous plaît, je vérifie.",
    "it": "Un attimo, per favore, sto verificando.",
}

RESTART = {
    "en": "Please save your work and restart the computer. Leave this page as it is: when you come "
    "back to it, we go on here.",
    "de": "Bitte speichern Sie Ihre Arbeit und starten Sie den Computer neu. Wenn Sie danach "
    "wieder auf diese Seite kommen, machen wir hier weiter.",
    "es": "Guarde su trabajo y reinicie el ordenador, por favor. Cuando vuelva a esta página, "
    "seguiremos aquí.",
    "fr": "Veuillez enregistrer votre travail et redémarrer l’ordinateur. Quand vous reviendrez sur "
    "cette page, nous reprendrons ici.",
    "it": "Salvi il suo lavoro e riavvii il computer, per favore. Quando tornerà su questa pagina, "
    "continueremo da qui.",
}

SCREEN = {
    "en": "May I see your screen? You choose what I see, and you can stop at any moment.",
    "de": "Darf ich Ihren Bildschirm sehen? Sie wählen aus, was ich sehe, und können es jederzeit "
    "beenden.",
    "es": "¿Puedo ver su pantalla? Usted elige qué veo y puede dejar de compartirla en cualquier "
    "momento.",
    "fr": "Puis-je voir votre écran ? Vous choisissez ce que je vois et pouvez arrêter à tout "
    "moment.",
    "it": "Posso vedere il suo schermo? Sceglie lei che cosa vedo e può interrompere in qualsiasi "
    "momento.",
}

MORE = {
    "en": "Is there anything else I can do for you?",
    "de": "Kann ich sonst noch etwas für Sie tun?",
    "es": "¿Puedo ayudarle en algo más?",
    "fr": "Puis-je faire autre chose pour vous ?",
    "it": "Posso fare altro per lei?",
}

FAREWELL = {
    "en": "Thank you for contacting {organisation}. Goodbye, {customer}!",
    "de": "Vielen Dank, dass Sie sich an {organisation} gewandt haben. Auf Wiedersehen, {customer}!",
    "es": "Gracias por ponerse en contacto con {organisation}. ¡Hasta pronto, {customer}!",
    "fr": "Merci d’avoir contacté {organisation}. Au revoir, {customer} !",
    "it": "Grazie per aver contattato {organisation}. Arrivederci, {customer}!",
}

CABLE = {
    "en": "Please check that the printer is switched on and that its cable is plugged in firmly at "
    "both ends.",
    "de": "Bitte prüfen Sie, ob der Drucker eingeschaltet ist und das Kabel an beiden Enden fest "
    "sitzt.",
    "es": "Compruebe, por favor, que la impresora está encendida y que el cable está bien conectado "
    "en ambos extremos.",
    "fr": "Veuillez vérifier que l’imprimante est allumée et que le câble est bien branché aux deux "
    "extrémités.",
    "it": "Verifichi, per favore, che la stampante sia accesa e che il cavo sia ben inserito a "
    "entrambe le estremità.",
}
