"""An authenticator, as the user's phone has one (RFC 6238), and what its QR code says."""

import base64
import hmac

KEY = b"12345678901234567890"
ENCODED_KEY = base64.b32encode(KEY).decode()
URI = f"otpauth://totp/Kraken:Mesh?secret={ENCODED_KEY}&issuer=Kraken"


def totp(window):
    """The code of six digits in that window."""
    digest = hmac.digest(KEY, window.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7FFFFFFF) % 1000000:06}"
