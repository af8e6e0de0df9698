"""Sending a page's form as a browser does: with the token of the session."""

import re

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.web.pages import HTML

_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def post(
    client: TestClient, path: str, typed: dict[str, object], **more: object
) -> Response:
    """The answer to a form, not followed."""
    token = _TOKEN.search(client.get("/password", headers=HTML).text)
    assert token is not None
    data = {"csrf": token[1], **typed}
    return client.post(path, data=data, headers=HTML, follow_redirects=False, **more)
