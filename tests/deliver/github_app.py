"""The installation of a GitHub App and its tokens, for whoever signs as the App."""

from datetime import UTC, datetime

import jwt

REPOSITORY = "/repos/acme/infra"


class App:
    """The App of a GitHub that is held in memory."""

    def __init__(self, github) -> None:
        self._github = github

    def answer(self, request):
        """The installation and its tokens, for whoever signs as the App."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            claims = jwt.decode(token, self._github.app_key or "", algorithms=["RS256"], options={"verify_iat": False})
        except jwt.PyJWTError:
            return self._github.reply(401, {"message": "A JSON web token could not be decoded"})
        if kind != "Bearer" or str(claims["iss"]) != "4711" or claims["exp"] - claims["iat"] > 660:
            return self._github.reply(401, {"message": "'Expiration time' claim ('exp') is too far in the future"})
        if request.path == f"{REPOSITORY}/installation":
            body = {"id": 99, "app_slug": "acme-remediator", "app_id": 4711, "permissions": self._github.rights}
            return self._github.reply(200, body)
        if request.path != "/app/installations/99/access_tokens":
            return self._github.reply(404, {"message": "Not Found"})
        self._github.minted += 1
        # No longer 40 characters, as GitHub announced in April 2026.
        token = f"ghs_4711_{'x' * 300}{self._github.minted}"
        self._github.tokens.add(token)
        at = datetime.now(UTC) + self._github.lifetime
        return self._github.reply(201, {"token": token, "expires_at": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
