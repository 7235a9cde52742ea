# Clients of the API.
clients-title = Clients of the API
clients-lead = Programs that call us. Each has a secret of its own and reaches no further than it must.
clients-add = Add a client
clients-make = Make the client
clients-none = No client yet
clients-none-text = A client lets a program of yours file requests and follow them.
clients-name = Name
clients-controllers = Controllers
clients-scopes = Rights
clients-scopes-count = { $count ->
    [one] { $count } right
   *[other] { $count } rights
}
clients-used = Last asked for a token
client-standing-active = Can call
client-standing-revoked = Revoked
client-beyond = This client also reaches a controller that is not yours to manage. Whoever manages the whole installation can change it.
client-id = Client id
client-secret = Client secret
client-life = Its tokens are good for
client-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
client-made = Made
client-acts = What can be done
client-act-rotate = New secret
client-act-revoke = Revoke
client-ask-rotate = Give this client a new secret?
client-ask-help-rotate = The present secret and every token end at once: the program cannot call until it has the new one.
client-ask-revoke = Revoke this client for good?
client-ask-help-revoke = Its secret and every token end at once, and it cannot be brought back. What it filed stays.
client-say-revoke = The client is revoked.
client-say-shown = The secret was shown already. If it is lost, make a new one.
client-secret-title = The client has a new secret
client-secret-text = With id and secret it asks for tokens.
client-secret-keep = Put both where the program reads its secrets, and nowhere else.
client-secret-token = The program asks for a token at /oauth/token and calls with that.
client-add-lead = Give it the rights that its work needs and no others.
client-name-hint = What it is for. It stands in the history of what it does.
client-controllers-hint = What belongs to others is not there for it.
client-controllers-missing = Choose at least one controller
client-scopes-hint = An erasure or a rectification takes two: whoever filed it cannot approve it, programs included.
client-scopes-missing = Choose at least one right
client-life-label = For how many minutes is a token good?
client-life-hint = From 5 to 2880. Shorter is safer; the program just asks again.
client-life-bad = Enter a number of minutes from 5 to 2880
