"""A mail server for one test: real SMTP with TLS and sign-in (aiosmtpd), and faults on demand.

    server.py --tls starttls|tls|none --cert FILE --key FILE --user NAME --password WORD --folder DIR

Prints `listening <port>`. Each line on standard input is a JSON object of switches to set, answered with `ok`:

    refuse     "550 5.1.1 no such user": the answer to RCPT TO, from now on; null to accept again
    only       "nobody@example.org": only this address is refused so; null for all
    greylist   how many RCPT TO are put off with 451 before one is taken
    drop       how many connections are closed after the whole message was taken, before it is answered
    slow_ms    how long each answer to MAIL FROM takes

Each message that was taken is written to DIR as <number>.eml, and each thing that happens as one line of DIR/log.
"""

import argparse
import asyncio
import json
import logging
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

# It warns of an attribute of its own.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class Faults:
    refuse = None
    only = None
    greylist = 0
    drop = 0
    slow_ms = 0


class Handler:
    def __init__(self, folder):
        self.folder = folder
        self.taken = 0

    def note(self, line):
        with open(self.folder / "log", "a", encoding="utf-8") as log:
            log.write(line + "\n")

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.note("private" if server.transport.get_extra_info("sslcontext") else "clear")
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):
        if Faults.slow_ms:
            await asyncio.sleep(Faults.slow_ms / 1000)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 Ok"

    async def handle_RCPT(self, server, session, envelope, address, options):
        if Faults.refuse and Faults.only in (None, address):
            self.note("refused")
            return Faults.refuse
        if Faults.greylist:
            Faults.greylist -= 1
            self.note("greylisted")
            return "451 4.7.1 Greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        self.note("taken")
        lines = b"".join(f"X-Envelope-To: {to}\r\n".encode() for to in envelope.rcpt_tos)
        unfinished = self.folder / f"{self.taken}.part"
        unfinished.write_bytes(lines + envelope.original_content)
        unfinished.rename(self.folder / f"{self.taken}.eml")
        if Faults.drop:
            Faults.drop -= 1
            self.note("dropped")
            server.transport.abort()
            await asyncio.sleep(3600)
        return "250 2.0.0 Taken"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--tls", choices=["starttls", "tls", "none"], required=True)
    for name in ["cert", "key", "user", "password", "folder"]:
        arguments.add_argument(f"--{name}")
    given = arguments.parse_args()
    context = None
    if given.tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(given.cert, given.key)
    handler = Handler(pathlib.Path(given.folder))

    def sign_in(server, session, envelope, mechanism, data):
        good = isinstance(data, LoginPassword) and (data.login.decode(), data.password.decode()) == (
            given.user,
            given.password,
        )
        handler.note("signed in" if good else "not signed in")
        return AuthResult(success=good, handled=False)

    def session():
        return SMTP(
            handler,
            hostname="localhost",
            enable_SMTPUTF8=True,
            tls_context=context if given.tls == "starttls" else None,
            require_starttls=given.tls == "starttls",
            authenticator=sign_in if given.user else None,
            auth_required=bool(given.user),
            auth_require_tls=given.tls == "starttls",
        )

    async def serve():
        loop = asyncio.get_running_loop()
        wrapped = context if given.tls == "tls" else None
        server = await loop.create_server(session, host="127.0.0.1", port=0, ssl=wrapped)
        print("listening", server.sockets[0].getsockname()[1], flush=True)
        reader = asyncio.StreamReader()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            for name, value in json.loads(line).items():
                setattr(Faults, name, value)
            print("ok", flush=True)

    asyncio.run(serve())


main()
