"""Signs and verifies with the official library of Standard Webhooks, as it is told.

Prints the machine's time in seconds, by which the library verifies. Then each line on standard input is a JSON object, answered
by one:

    {"sign": {"id", "at", "body"}, "secret"}        -> {"signature"}
    {"verify": {"headers", "body"}, "secret"}       -> {"error"}: null, or what the library says
"""

import datetime
import json
import sys
import time

from standardwebhooks import Webhook, WebhookVerificationError


def answer(asked):
    webhook = Webhook(asked["secret"])
    if "sign" in asked:
        message = asked["sign"]
        at = datetime.datetime.fromtimestamp(message["at"], tz=datetime.timezone.utc)
        return {"signature": webhook.sign(msg_id=message["id"], timestamp=at, data=message["body"])}
    message = asked["verify"]
    try:
        webhook.verify(message["body"], message["headers"], json_parse=False)
    except WebhookVerificationError as error:
        return {"error": str(error)}
    return {"error": None}


print(int(time.time()), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
