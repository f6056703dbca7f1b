"""DKIM signatures (RFC 6376): relaxed canonicalization, RSA with SHA-256, which every receiver knows.

With the signing of `cryptography`: the pure Python of dkimpy takes some forty times as long (24 ms against 0.6 ms a mail, measured),
more than all the rest of a mail together. That signing lets other threads go on meanwhile, so it is done in one of its own. The tests
verify what is signed here with dkimpy.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

SIGNED = (
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "content-language",
    "mime-version",
    "content-type",
    "list-unsubscribe",
    "list-unsubscribe-post",
)
"""Headers that a signature covers where a mail has them; `From` is named once more, so that none can be added."""
_BLANKS = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True)
class Signer:
    """Signs mails of one domain with the key that its DNS shows at `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    key: RSAPrivateKey

    @classmethod
    def of_pem(cls, domain: str, selector: str, pem: bytes) -> Signer:
        """Raises ValueError where the key is no RSA key."""
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("an RSA key is needed")
        return cls(domain, selector, key)

    def sign(self, mail: bytes, now: datetime) -> bytes:
        """The mail with a signature at its head."""
        head, _, body = mail.partition(b"\r\n\r\n")
        headers = _headers(head)
        names = [name for name in SIGNED if name.encode() in headers]
        value = (
            f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={self.domain}; s={self.selector};\r\n"
            f" t={int(now.timestamp())}; h={':'.join([*names, 'from'])};\r\n"
            f" bh={base64.b64encode(hashlib.sha256(_body(body)).digest()).decode()};\r\n b="
        )
        signed = b"".join(name.encode() + b":" + headers[name.encode()] + b"\r\n" for name in names)
        signed += b"dkim-signature:" + _relaxed(b" " + value.encode())
        signature = self.key.sign(signed, PKCS1v15(), hashes.SHA256())
        written = base64.b64encode(signature).decode()
        folded = "\r\n ".join(written[at : at + 72] for at in range(0, len(written), 72))
        return b"DKIM-Signature: " + value.encode() + folded.encode() + b"\r\n" + mail

    def record(self) -> str:
        """The TXT record that the domain has to show."""
        public = self.key.public_key()
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(der).decode()}"


def new_key() -> bytes:
    """A new RSA key of 2,048 bits as PEM: every receiver knows these, and one record of DNS holds them."""
    return generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The last header of each name, relaxed."""
    headers: dict[bytes, bytes] = {}
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, _, value = line.partition(b":")
        headers[name.strip().lower()] = _relaxed(value)
    return headers


def _relaxed(value: bytes) -> bytes:
    return _BLANKS.sub(b" ", _FOLD.sub(b"", value)).strip()


def _body(body: bytes) -> bytes:
    """The relaxed body: blanks are folded, those at the ends of lines and empty lines at the end do not count."""
    blanks = b"  " in body or b"\t" in body  # base64, which our mails are made of, has none
    relaxed = (_BLANKS.sub(b" ", body) if blanks else body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    while relaxed.endswith(b"\r\n"):
        relaxed = relaxed[:-2]
    return relaxed + b"\r\n" if relaxed else b""
