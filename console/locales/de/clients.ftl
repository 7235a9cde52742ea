# Programme an der API.
clients-title = Programme an der API
clients-lead = Programme, die uns aufrufen. Jedes hat ein eigenes Geheimnis und reicht nicht weiter, als es muss.
clients-add = Programm hinzufügen
clients-make = Programm anlegen
clients-none = Noch kein Programm
clients-none-text = Damit kann eines Ihrer Programme Anfragen einreichen und verfolgen.
clients-name = Name
clients-controllers = Verantwortliche
clients-scopes = Rechte
clients-scopes-count = { $count ->
    [one] { $count } Recht
   *[other] { $count } Rechte
}
clients-used = Zuletzt ein Token geholt
client-standing-active = Kann aufrufen
client-standing-revoked = Widerrufen
client-beyond = Dieses Programm erreicht auch einen Verantwortlichen, den Sie nicht verwalten. Wer die ganze Installation verwaltet, kann es ändern.
client-id = Client-ID
client-secret = Client-Geheimnis
client-life = Seine Token gelten
client-minutes = { $count ->
    [one] { $count } Minute
   *[other] { $count } Minuten
}
client-made = Angelegt
client-acts = Was sich tun lässt
client-act-rotate = Neues Geheimnis
client-act-revoke = Widerrufen
client-ask-rotate = Diesem Programm ein neues Geheimnis geben?
client-ask-help-rotate = Das jetzige Geheimnis und alle Token enden sofort: Das Programm kann erst wieder aufrufen, wenn es das neue hat.
client-ask-revoke = Dieses Programm endgültig widerrufen?
client-ask-help-revoke = Sein Geheimnis und alle Token enden sofort, und es lässt sich nicht zurückholen. Was es eingereicht hat, bleibt.
client-say-revoke = Das Programm ist widerrufen.
client-say-shown = Das Geheimnis wurde schon gezeigt. Ist es verloren, machen Sie ein neues.
client-secret-title = Das Programm hat ein neues Geheimnis
client-secret-text = Mit ID und Geheimnis holt es Token.
client-secret-keep = Legen Sie beides dort ab, wo das Programm seine Geheimnisse liest, und sonst nirgends.
client-secret-token = Das Programm holt unter /oauth/token ein Token und ruft damit auf.
client-add-lead = Geben Sie ihm die Rechte, die seine Arbeit braucht, und keine anderen.
client-name-hint = Wofür es da ist. Der Name steht im Verlauf bei allem, was es tut.
client-controllers-hint = Was anderen gehört, ist für das Programm nicht da.
client-controllers-missing = Wählen Sie mindestens einen Verantwortlichen
client-scopes-hint = Eine Löschung oder Berichtigung braucht zwei: Wer sie eingereicht hat, kann sie nicht freigeben, auch kein Programm.
client-scopes-missing = Wählen Sie mindestens ein Recht
client-life-label = Wie viele Minuten gilt ein Token?
client-life-hint = Von 5 bis 2880. Kürzer ist sicherer; das Programm holt einfach ein neues.
client-life-bad = Geben Sie eine Zahl von Minuten von 5 bis 2880 an
