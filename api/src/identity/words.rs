//! What the page says, in the languages that letters are written in.

/// The page's words in one language.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// ISO 639-1.
    pub code: &'static str,
    /// The heading over the button.
    pub title: &'static str,
    /// What the button is for; holds `{controller}` and `{reference}`.
    pub ask: &'static str,
    /// The button.
    pub button: &'static str,
    /// The heading afterwards.
    pub done_title: &'static str,
    /// What happens next.
    pub done: &'static str,
    /// The heading of a link that is no good.
    pub gone_title: &'static str,
    /// Why that may be, and the way out.
    pub gone: &'static str,
    /// The heading of a form that was sent from somewhere else.
    pub elsewhere_title: &'static str,
    /// That nothing was done, and the way out.
    pub elsewhere: &'static str,
    /// The heading for those who come too often.
    pub often_title: &'static str,
    /// When to come again.
    pub often: &'static str,
}

const ALL: [Words; 4] = [
    Words {
        code: "en",
        title: "Confirm your request",
        ask: "{controller} has received a request about personal data (reference {reference}). If it is yours, please \
              confirm it. If it is not, close this page: nothing happens then.",
        button: "Yes, this is my request",
        done_title: "Thank you",
        done: "Your request is confirmed. You can close this page; you will hear from us.",
        gone_title: "This link does not work any more",
        gone: "Links work once, and for a few days only. If you have not confirmed your request yet, answer the message \
               that the link came with and ask for a new one.",
        elsewhere_title: "This form could not be taken",
        elsewhere: "It did not come from our own page. Nothing was changed. Open the link in the message once more and press the \
                    button there.",
        often_title: "One moment, please",
        often: "This page was opened very often. Please try again in a minute.",
    },
    Words {
        code: "de",
        title: "Bestätigen Sie Ihre Anfrage",
        ask: "Bei {controller} ist eine Anfrage zu personenbezogenen Daten eingegangen (Aktenzeichen {reference}). Wenn \
              sie von Ihnen stammt, bestätigen Sie sie bitte. Wenn nicht, schließen Sie diese Seite: Dann geschieht nichts.",
        button: "Ja, das ist meine Anfrage",
        done_title: "Vielen Dank",
        done: "Ihre Anfrage ist bestätigt. Sie können diese Seite schließen; Sie hören von uns.",
        gone_title: "Dieser Link gilt nicht mehr",
        gone: "Ein Link gilt nur einmal und nur einige Tage. Wenn Sie Ihre Anfrage noch nicht bestätigt haben, antworten \
               Sie bitte auf die Nachricht mit dem Link und bitten Sie um einen neuen.",
        elsewhere_title: "Dieses Formular wurde nicht angenommen",
        elsewhere: "Es kam nicht von unserer eigenen Seite. Nichts wurde geändert. Öffnen Sie den Link aus der Nachricht noch einmal \
                    und drücken Sie dort auf den Knopf.",
        often_title: "Einen Moment bitte",
        often: "Diese Seite wurde sehr oft aufgerufen. Bitte versuchen Sie es in einer Minute noch einmal.",
    },
    Words {
        code: "fr",
        title: "Confirmez votre demande",
        ask: "{controller} a reçu une demande concernant des données personnelles (référence {reference}). Si elle vient \
              de vous, merci de la confirmer. Sinon, fermez cette page : il ne se passera rien.",
        button: "Oui, cette demande est la mienne",
        done_title: "Merci",
        done: "Votre demande est confirmée. Vous pouvez fermer cette page ; nous reviendrons vers vous.",
        gone_title: "Ce lien n’est plus valable",
        gone: "Un lien ne sert qu’une fois et n’est valable que quelques jours. Si vous n’avez pas encore confirmé votre \
               demande, répondez au message qui contenait le lien et demandez-en un nouveau.",
        elsewhere_title: "Ce formulaire n’a pas pu être accepté",
        elsewhere: "Il ne venait pas de notre propre page. Rien n’a été modifié. Ouvrez à nouveau le lien reçu dans le message et \
                    appuyez sur le bouton qui s’y trouve.",
        often_title: "Un instant, s’il vous plaît",
        often: "Cette page a été ouverte très souvent. Merci de réessayer dans une minute.",
    },
    Words {
        code: "es",
        title: "Confirme su solicitud",
        ask: "{controller} ha recibido una solicitud sobre datos personales (referencia {reference}). Si es suya, \
              confírmela, por favor. Si no lo es, cierre esta página: no ocurrirá nada.",
        button: "Sí, esta solicitud es mía",
        done_title: "Gracias",
        done: "Su solicitud está confirmada. Puede cerrar esta página; nos pondremos en contacto con usted.",
        gone_title: "Este enlace ya no es válido",
        gone: "Cada enlace sirve una sola vez y solo durante unos días. Si aún no ha confirmado su solicitud, responda al \
               mensaje que contenía el enlace y pida uno nuevo.",
        elsewhere_title: "No se ha podido aceptar este formulario",
        elsewhere: "No venía de nuestra propia página. No se ha cambiado nada. Abra de nuevo el enlace del mensaje y pulse el botón \
                    que hay allí.",
        often_title: "Un momento, por favor",
        often: "Esta página se ha abierto muchas veces. Vuelva a intentarlo dentro de un minuto.",
    },
];

/// The words of a language; English where there are none.
pub fn of(code: &str) -> &'static Words {
    ALL.iter().find(|words| words.code == code).unwrap_or(&ALL[0])
}

/// The words of the first language of `Accept-Language` that there are words in. Its weights are left aside: browsers send
/// the languages in order.
pub fn of_reader(accept: &str) -> &'static Words {
    let asked = accept.split(',').filter_map(|part| part.split([';', '-']).next()).map(str::trim);
    asked.filter_map(|code| ALL.iter().find(|words| words.code.eq_ignore_ascii_case(code))).next().unwrap_or(&ALL[0])
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("de-DE,de;q=0.9,en;q=0.8", "de")]
    #[case("it, FR;q=0.5", "fr")]
    #[case("it", "en")]
    #[case("", "en")]
    fn a_reader_is_answered_in_their_own_language_if_it_is_ours(#[case] accept: &str, #[case] code: &str) {
        assert_eq!(of_reader(accept).code, code);
    }

    #[test]
    fn every_language_names_whose_request_it_is() {
        for words in &ALL {
            assert!(words.ask.contains("{controller}") && words.ask.contains("{reference}"), "{}", words.code);
        }
    }
}
