"""The API as an ASGI application, as small as it can be: a push that is tapped at a poll, and a code by SMS.

Whoever logs in as `Mesh+push(polls=3)` is in at the third poll; everybody else is sent the code 123456. scripted_api.mjs
says the same.
"""

import json
import re
from urllib.parse import parse_qs

polls_left = {}


def answer(user, request):
    challenge = {"challengeId": f"challenge-of-{user}", "challengeExpiresInSeconds": 300}
    if request.get("username"):
        push = re.search(r"\+push\(polls=(\d+)\)", request["username"])
        polls_left[user] = int(push[1]) if push else None
    elif request.get("challengeCode") == "123456":
        return {"status": "succeeded", "accountTokens": [{"accessToken": "a"}]}
    elif polls_left.get(user):
        polls_left[user] -= 1
    if polls_left.get(user) == 0:
        return {"status": "succeeded", "accountTokens": [{"accessToken": "a"}]}
    if polls_left.get(user):
        return {"status": "deviceConfirmationRequired", "mfaType": "mobile", **challenge}
    return {"status": "challengeIssued", "mfaType": "phone", **challenge}


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    text, more = b"", True
    while more:
        message = await receive()
        text, more = text + message.get("body", b""), message.get("more_body", False)
    content = []
    if scope["method"] == "POST":
        content = answer(parse_qs(scope["query_string"].decode())["userId"][0], json.loads(text))
    body = json.dumps({"status": "ok", "message": "", "errorType": "", "content": content}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
