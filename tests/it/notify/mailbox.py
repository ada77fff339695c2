"""A mail server that asks for TLS and a password. Prints its port; then one line of JSON for each mail that it took.

Arguments: `starttls` or `always`, the certificate, its key, the password of `ledgerline`.
"""

import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: mail.get_body((kind,)).get_content()
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "headers": {k.lower(): str(v) for k, v in mail.items()},
            "text": part("plain"), "html": part("html"), "encrypted": server.transport.get_extra_info("ssl_object") is not None,
        }), flush=True)
        return "250 taken"


async def main(how, certificate, key, password):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    def known(server, session, envelope, mechanism, data):
        return AuthResult(success=data.login == b"ledgerline" and data.password == password.encode(), handled=False)

    starttls = how == "starttls"

    def server():
        options = {"tls_context": context, "require_starttls": True} if starttls else {"auth_require_tls": False}
        return SMTP(Mailbox(), hostname="localhost", authenticator=known, auth_required=True, **options)

    listener = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0, ssl=None if starttls else context)
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


asyncio.run(main(*sys.argv[1:]))
