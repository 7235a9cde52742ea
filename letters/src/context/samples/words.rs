//! What samples say, in English, German, French and Spanish.

use crate::language::Language;

/// A text in all languages.
pub(super) type Said = [&'static str; 4];

/// The text in the language.
pub(super) fn say(language: Language, text: Said) -> String {
    let [english, german, french, spanish] = text;
    match language {
        Language::English => english,
        Language::German => german,
        Language::French => french,
        Language::Spanish => spanish,
    }
    .to_owned()
}

pub(super) const ADDRESS: Said = [
    "1 Harbour Street\nDublin",
    "Hafenstraße 1\n10115 Berlin",
    "1 rue du Port\n75001 Paris",
    "Calle del Puerto, 1\n28001 Madrid",
];
pub(super) const APPEAL: Said = [
    "Write to privacy@acme.example within 60 days and quote your reference.",
    "Schreiben Sie innerhalb von 60 Tagen unter Angabe Ihres Zeichens an privacy@acme.example.",
    "Écrivez à privacy@acme.example dans un délai de 60 jours en indiquant votre référence.",
    "Escriba a privacy@acme.example en un plazo de 60 días e indique su referencia.",
];
pub(super) const PROVISION: Said = [
    "GDPR Art. 15(4)",
    "Art. 15 Abs. 4 DSGVO",
    "article 15, paragraphe 4, du RGPD",
    "artículo 15, apartado 4, del RGPD",
];
pub(super) const TAX_LAW: Said = [
    "GDPR Art. 17(3)(b)",
    "Art. 17 Abs. 3 Buchst. b DSGVO",
    "article 17, paragraphe 3, point b), du RGPD",
    "artículo 17, apartado 3, letra b), del RGPD",
];
pub(super) const DOUBT: Said = [
    "Your request came from an e-mail address that we do not know.",
    "Ihre Anfrage kam von einer E-Mail-Adresse, die wir nicht kennen.",
    "Votre demande provient d'une adresse e-mail que nous ne connaissons pas.",
    "Su solicitud llegó desde una dirección de correo electrónico que no conocemos.",
];
pub(super) const QUESTION: Said = [
    "Which period is your request about?",
    "Auf welchen Zeitraum bezieht sich Ihre Anfrage?",
    "Quelle période votre demande concerne-t-elle\u{a0}?",
    "¿A qué período se refiere su solicitud?",
];
pub(super) const WHY_ASKED: Said = [
    "We hold a large amount of data about you.",
    "Wir verarbeiten eine große Menge von Daten über Sie.",
    "Nous traitons une grande quantité de données vous concernant.",
    "Tratamos una gran cantidad de datos sobre usted.",
];
pub(super) const FEE: Said = ["EUR 25.00", "25,00 EUR", "25,00 EUR", "25,00 EUR"];
pub(super) const HOW_TO_PAY: Said = [
    "By bank transfer, quoting your reference.",
    "Per Überweisung unter Angabe Ihres Zeichens.",
    "Par virement, en indiquant votre référence.",
    "Mediante transferencia, indicando su referencia.",
];
pub(super) const REPEATED: Said = [
    "This is your fourth request for the same data within two months, and nothing has changed since the first.",
    "Dies ist Ihre vierte Anfrage zu denselben Daten innerhalb von zwei Monaten, und seit der ersten hat sich nichts geändert.",
    "Il s'agit de votre quatrième demande portant sur les mêmes données en deux mois, et rien n'a changé depuis la première.",
    "Es su cuarta solicitud sobre los mismos datos en dos meses y nada ha cambiado desde la primera.",
];
pub(super) const REASON: Said = [
    "The recording also contains another caller's words.",
    "Die Aufzeichnung enthält auch Äußerungen einer anderen Person.",
    "L'enregistrement contient aussi les propos d'une autre personne.",
    "La grabación contiene también las palabras de otra persona.",
];
pub(super) const DELAY: Said = [
    "Your conversations with us lie in three systems and must be put together by hand.",
    "Ihre Gespräche mit uns liegen in drei Systemen und müssen von Hand zusammengestellt werden.",
    "Vos échanges avec nous sont répartis entre trois systèmes et doivent être réunis à la main.",
    "Sus conversaciones con nosotros están repartidas en tres sistemas y deben reunirse a mano.",
];
pub(super) const PART: Said = [
    "The recording of 3 May 2026",
    "Die Aufzeichnung vom 3. Mai 2026",
    "L'enregistrement du 3 mai 2026",
    "La grabación del 3 de mayo de 2026",
];
pub(super) const TRIED: Said = [
    "We wrote to the address we hold and received no answer.",
    "Wir haben an die bei uns hinterlegte Adresse geschrieben und keine Antwort erhalten.",
    "Nous avons écrit à l'adresse que nous connaissons et n'avons pas reçu de réponse.",
    "Escribimos a la dirección que tenemos registrada y no recibimos respuesta.",
];
pub(super) const HOW_TO_PROVE: Said = [
    "Write to us from the e-mail address you use for your account.",
    "Schreiben Sie uns von der E-Mail-Adresse, die Sie für Ihr Konto verwenden.",
    "Écrivez-nous depuis l'adresse e-mail associée à votre compte.",
    "Escríbanos desde la dirección de correo electrónico que utiliza para su cuenta.",
];
pub(super) const CATEGORY: Said = [
    "Contact details and recordings of calls",
    "Kontaktdaten und Gesprächsaufzeichnungen",
    "Coordonnées et enregistrements d'appels",
    "Datos de contacto y grabaciones de llamadas",
];
pub(super) const SEARCHED: Said = [
    "We had searched our contact centre.",
    "Wir hatten unser Kontaktzentrum durchsucht.",
    "Nous avions consulté notre centre de contact.",
    "Habíamos consultado nuestro centro de contacto.",
];
pub(super) const NEXT: Said = [
    "We keep the recording locked until the matter is settled.",
    "Wir halten die Aufzeichnung gesperrt, bis die Sache geklärt ist.",
    "Nous conservons l'enregistrement verrouillé jusqu'au règlement de l'affaire.",
    "Mantenemos la grabación bloqueada hasta que se resuelva el asunto.",
];
pub(super) const OPEN: Said = [
    "One question waits for a decision.",
    "Eine Frage wartet auf eine Entscheidung.",
    "Une question attend une décision.",
    "Una cuestión espera una decisión.",
];
pub(super) const PURPOSE: Said = [
    "To answer your calls and messages",
    "Bearbeitung Ihrer Anrufe und Nachrichten",
    "Répondre à vos appels et messages",
    "Atender sus llamadas y mensajes",
];
pub(super) const RECIPIENT: Said = [
    "Contact centre provider: Genesys Cloud Services B.V.",
    "Anbieter des Kontaktzentrums: Genesys Cloud Services B.V.",
    "Prestataire du centre de contact\u{a0}: Genesys Cloud Services B.V.",
    "Proveedor del centro de contacto: Genesys Cloud Services B.V.",
];
pub(super) const STORAGE: Said = [
    "Recordings: 90 days after the call",
    "Aufzeichnungen: 90 Tage nach dem Gespräch",
    "Enregistrements\u{a0}: 90 jours après l'appel",
    "Grabaciones: 90 días después de la llamada",
];
pub(super) const SOURCE: Said = [
    "You gave us the data yourself.",
    "Sie haben uns die Daten selbst mitgeteilt.",
    "Vous nous avez communiqué ces données vous-même.",
    "Usted nos facilitó los datos.",
];
pub(super) const AUTOMATED: Said = [
    "Calls are routed by language; this decides only who answers first.",
    "Anrufe werden nach Sprache verteilt; das entscheidet nur, wer zuerst antwortet.",
    "Les appels sont répartis selon la langue\u{a0}; cela détermine seulement qui répond en premier.",
    "Las llamadas se distribuyen por idioma; esto solo decide quién responde primero.",
];
pub(super) const TRANSFER: Said = [
    "United States: standard contractual clauses",
    "Vereinigte Staaten: Standardvertragsklauseln",
    "États-Unis\u{a0}: clauses contractuelles types",
    "Estados Unidos: cláusulas contractuales tipo",
];
pub(super) const FORMAT: Said = [
    "a ZIP archive with JSON and audio files",
    "ein ZIP-Archiv mit JSON- und Audiodateien",
    "une archive ZIP contenant des fichiers JSON et audio",
    "un archivo ZIP con ficheros JSON y de audio",
];
pub(super) const SYSTEM: Said = [
    "Contact centre (Genesys Cloud)",
    "Kontaktzentrum (Genesys Cloud)",
    "Centre de contact (Genesys Cloud)",
    "Centro de contacto (Genesys Cloud)",
];
pub(super) const INVOICES: Said = ["Invoices", "Rechnungen", "Les factures", "Facturas"];
pub(super) const MUST_KEEP: Said = [
    "Tax law obliges us to keep them.",
    "Das Steuerrecht verpflichtet uns zur Aufbewahrung.",
    "Le droit fiscal nous oblige à les conserver.",
    "La legislación fiscal nos obliga a conservarlas.",
];
pub(super) const ERASED: Said = [
    "Your contact record and your conversations in our contact centre",
    "Ihr Kontaktdatensatz und Ihre Gespräche in unserem Kontaktzentrum",
    "Votre fiche de contact et vos échanges dans notre centre de contact",
    "Su ficha de contacto y sus conversaciones en nuestro centro de contacto",
];
pub(super) const CORRECTED: Said = [
    "E-mail address in your contact record",
    "E-Mail-Adresse in Ihrem Kontaktdatensatz",
    "Adresse e-mail dans votre fiche de contact",
    "Dirección de correo electrónico en su ficha de contacto",
];
pub(super) const STOPPED: Said = [
    "Calls and messages for advertising",
    "Werbeanrufe und Werbenachrichten",
    "Appels et messages publicitaires",
    "Llamadas y mensajes publicitarios",
];
pub(super) const NOT_TOLD: Said = [
    "One former provider no longer exists.",
    "Einen früheren Anbieter gibt es nicht mehr.",
    "Un ancien prestataire n'existe plus.",
    "Un antiguo proveedor ya no existe.",
];
