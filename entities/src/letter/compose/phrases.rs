//! What the service itself can say of its work, in the languages of letters. What only the controller knows stands in its
//! policy.

use letters::language::Language;

/// The phrases of one language.
pub struct Phrases {
    /// Where was searched.
    pub searched: &'static str,
    /// What an erasure did.
    pub erased: &'static str,
    /// What a rectification did.
    pub corrected: &'static str,
    /// What was left out for doubt.
    pub doubtful: &'static str,
    /// Why that was.
    pub doubt: &'static str,
    /// What still turned up, or failed.
    pub unfinished: &'static str,
    /// Why.
    pub unfinished_why: &'static str,
    /// How files come that the person downloads.
    pub files: &'static str,
    /// How identity can still be proven.
    pub how_to_prove: &'static str,
}

/// The phrases of a language.
pub const fn of(language: Language) -> Phrases {
    match language {
        Language::English => Phrases {
            searched: "our contact centre: its address books, calling lists, visits to our web pages, conversations and \
                       their recordings",
            erased: "the data that our contact centre held on you: entries in address books and calling lists, \
                     conversations and their recordings",
            corrected: "the entries in our contact centre that you named",
            doubtful: "entries that we could not assign to you with certainty",
            doubt: "They might belong to another person, whose data we must not touch.",
            unfinished: "single entries in our contact centre",
            unfinished_why: "The system that holds them did not carry the change out.",
            files: "as files on your own page about this request. To come in, have a link sent to this mail address",
            how_to_prove: "Answer this message and tell us something that only you and we know, such as a customer number.",
        },
        Language::German => Phrases {
            searched: "unser Kundencenter: Adressbücher, Anruflisten, Besuche auf unseren Webseiten, Gespräche und deren \
                       Aufzeichnungen",
            erased: "die Daten, die in unserem Kundencenter zu Ihnen gespeichert waren: Einträge in Adressbüchern und \
                     Anruflisten, Gespräche und deren Aufzeichnungen",
            corrected: "die von Ihnen genannten Einträge in unserem Kundencenter",
            doubtful: "Einträge, die wir Ihnen nicht mit Sicherheit zuordnen konnten",
            doubt: "Sie könnten zu einer anderen Person gehören, deren Daten wir nicht anrühren dürfen.",
            unfinished: "einzelne Einträge in unserem Kundencenter",
            unfinished_why: "Das System, in dem sie gespeichert sind, hat die Änderung nicht ausgeführt.",
            files: "als Dateien auf Ihrer eigenen Seite zu dieser Anfrage. Lassen Sie sich dazu einen Link an diese \
                    E-Mail-Adresse senden",
            how_to_prove: "Antworten Sie auf diese Nachricht und nennen Sie uns etwas, das nur Sie und wir wissen, zum \
                           Beispiel eine Kundennummer.",
        },
        Language::French => Phrases {
            searched: "notre centre de contact : carnets d’adresses, listes d’appels, visites de nos pages web, \
                       conversations et leurs enregistrements",
            erased: "les données que notre centre de contact détenait sur vous : entrées de carnets d’adresses et de \
                     listes d’appels, conversations et leurs enregistrements",
            corrected: "les entrées de notre centre de contact que vous avez indiquées",
            doubtful: "des entrées que nous n’avons pas pu vous attribuer avec certitude",
            doubt: "Elles pourraient concerner une autre personne, dont nous ne devons pas toucher les données.",
            unfinished: "certaines entrées de notre centre de contact",
            unfinished_why: "Le système qui les contient n’a pas exécuté la modification.",
            files: "sous forme de fichiers sur votre propre page consacrée à cette demande. Pour y accéder, faites-vous \
                    envoyer un lien à cette adresse électronique",
            how_to_prove: "Répondez à ce message en nous indiquant un élément que seuls vous et nous connaissons, par \
                           exemple un numéro de client.",
        },
        Language::Spanish => Phrases {
            searched: "nuestro centro de atención: libretas de direcciones, listas de llamadas, visitas a nuestras páginas \
                       web, conversaciones y sus grabaciones",
            erased: "los datos que nuestro centro de atención tenía sobre usted: entradas de libretas de direcciones y \
                     listas de llamadas, conversaciones y sus grabaciones",
            corrected: "las entradas de nuestro centro de atención que usted indicó",
            doubtful: "entradas que no pudimos atribuirle con certeza",
            doubt: "Podrían pertenecer a otra persona, cuyos datos no debemos tocar.",
            unfinished: "algunas entradas de nuestro centro de atención",
            unfinished_why: "El sistema que las contiene no ejecutó el cambio.",
            files: "en ficheros en su propia página sobre esta solicitud. Para entrar, pida que le enviemos un enlace a \
                    esta dirección de correo",
            how_to_prove: "Responda a este mensaje e indíquenos algo que solo usted y nosotros sepamos, por ejemplo un \
                           número de cliente.",
        },
    }
}
