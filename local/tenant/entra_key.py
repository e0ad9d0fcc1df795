"""The key with which Entra signs tokens for applications, and its public half as the tenant publishes it."""

import base64
import hashlib
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

BITS = 2048


class SigningKey:
    """A key for as long as the tenant runs: one that was started again has another, as after Entra's key rotation."""

    @cached_property
    def private(self) -> rsa.RSAPrivateKey:
        """The private half; made when the first token is signed, because it takes a moment."""
        return rsa.generate_private_key(public_exponent=65537, key_size=BITS)

    @cached_property
    def id(self) -> str:
        """The thumbprint that tokens name as `kid`."""
        public = self.private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64.urlsafe_b64encode(hashlib.sha256(public).digest()).decode().rstrip("=")

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key (RFC 7517); like Entra's it names no `alg`."""
        numbers = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"kty": "RSA", "use": "sig", "kid": self.id, "n": numbers["n"], "e": numbers["e"]}
