"""Makes certificates: one that signs itself, or a private authority and what it signs.

Each is one PEM text with its key first, as `ssl` loads it. The authority is bound by name
constraints (RFC 5280 §4.2.1.10) to this machine's names and to private networks: whoever trusts it
does not thereby trust it for the rest of the internet, should its key be stolen.
"""

import ipaddress
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
LEAF_DAYS = 397
"""The longest that browsers accept (CA/Browser Forum, before the limits of 2026)."""

PRIVATE = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def self_signed(names: Sequence[str]) -> bytes:
    """Make a certificate for `names` (host names or addresses) that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(names[0], key.public_key(), LEAF_DAYS).issuer_name(_called(names[0]))
    return _pem(key, _for_server(builder, names).sign(key, hashes.SHA256()))


def authority(names: Sequence[str]) -> bytes:
    """Make an authority that may sign for `names` and for addresses in private networks."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = "Deskside private authority"
    builder = _builder(called, key.public_key(), AUTHORITY_DAYS).issuer_name(_called(called))
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
    )
    return _pem(key, builder.sign(key, hashes.SHA256()))


def signed(authority_pem: bytes, names: Sequence[str]) -> bytes:
    """Make a certificate for `names`, signed by the authority, whose own follows it."""
    issuer = certificate_of(authority_pem)
    issuer_key = serialization.load_pem_private_key(authority_pem, None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder("Deskside", key.public_key(), LEAF_DAYS).issuer_name(issuer.subject)
    builder = _for_server(builder, names).add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
    )
    leaf = builder.sign(issuer_key, hashes.SHA256())
    return _pem(key, leaf) + public_pem(issuer)


def certificate_of(pem: bytes) -> x509.Certificate:
    """Return the first certificate in `pem`."""
    return x509.load_pem_x509_certificates(pem)[0]


def public_pem(certificate: x509.Certificate) -> bytes:
    """Return what everybody may have of a certificate."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def is_good_for(pem: bytes, names: Sequence[str], spare_days: int) -> bool:
    """Say whether the certificate in `pem` is for exactly `names` and lasts `spare_days` more."""
    certificate = certificate_of(pem)
    alternative = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    return _lasts(certificate, spare_days) and set(alternative.value) == set(_general(names))


def may_sign(pem: bytes, names: Sequence[str], spare_days: int) -> bool:
    """Say whether the authority in `pem` may sign for `names` and lasts `spare_days` more."""
    certificate = certificate_of(pem)
    constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints).value
    return _lasts(certificate, spare_days) and set(_permitted(names)) <= set(
        constraints.permitted_subtrees or ()
    )


def fingerprint(certificate: x509.Certificate) -> str:
    """Return SHA-256 of a certificate as people compare it."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def _builder(called: str, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_called(called))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))  # other machines' clocks may be behind
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _for_server(builder: x509.CertificateBuilder, names: Sequence[str]) -> x509.CertificateBuilder:
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_general(names)), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _permitted(names: Sequence[str]) -> list[x509.GeneralName]:
    private = [ipaddress.ip_network(network) for network in PRIVATE]
    permitted: list[x509.GeneralName] = [x509.IPAddress(network) for network in private]
    for name in names:
        address = _address(name)
        if address is None:
            permitted.append(x509.DNSName(name))
        elif not any(address in network for network in private):
            permitted.append(x509.IPAddress(ipaddress.ip_network(address)))
    return permitted


def _general(names: Sequence[str]) -> list[x509.GeneralName]:
    addresses = [(name, _address(name)) for name in names]
    return [
        x509.DNSName(name) if address is None else x509.IPAddress(address)
        for name, address in addresses
    ]


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _lasts(certificate: x509.Certificate, days: int) -> bool:
    return certificate.not_valid_after_utc > datetime.now(UTC) + timedelta(days=days)


def _pem(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + public_pem(certificate)
