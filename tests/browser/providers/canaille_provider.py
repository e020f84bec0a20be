"""Canaille, an identity provider for organisations, with its store in memory.

Its person is `jane` with the password `anything`. See providers/foreign.ts for the variables that configure it.
"""

import os
import signal
import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def fill():
    jane = models.User(
        user_name="jane",
        formatted_name="Jane",
        family_name="Jane",
        emails=["jane@example.org"],
        password="anything",
    )
    client = models.Client(
        client_id=os.environ["CLIENT_ID"],
        client_secret=os.environ["CLIENT_SECRET"],
        client_name="Belgie",
        redirect_uris=[os.environ["REDIRECT_URI"]],
        token_endpoint_auth_method=os.environ["TOKEN_AUTH_METHOD"],
        grant_types=["authorization_code"],
        response_types=["code"],
        scope=["openid", "email", "profile"],
    )
    for model in (jane, client):
        Backend.instance.save(model)
    client.audience = [client]
    Backend.instance.save(client)


address = f"127.0.0.1:{os.environ['PORT']}"
app = create_app(
    {
        "SECRET_KEY": "a secret of the tests alone",
        "SERVER_NAME": address,
        "PREFERRED_URL_SCHEME": "http",
        "CANAILLE": {"DATABASE": "memory", "JAVASCRIPT": False, "HTMX": False},
        "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048, auto_kid=True).as_dict(private=True)]},
    }
)
with app.app_context():
    fill()
make_server(*address.split(":"), app, threaded=True).serve_forever()
