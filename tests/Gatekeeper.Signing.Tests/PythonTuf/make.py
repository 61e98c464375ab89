#!/usr/bin/python3
"""Makes the repository in this folder with python-tuf 5.1.0 and securesystemslib 1.4.0, in their own form: indented by
nothing, PEM keys with \\n, lengths and hashes stated in snapshot and timestamp.

  make.py roots          writes repository/metadata/1.root.json and 2.root.json
  (gatekeeper-sign repository import and release build then make base.gku with these roots, see RepositoryTests)
  make.py release DOCUMENT   writes targets, snapshot and timestamp that name that release document

The keys are those of the tests: fixed, and in the sources. Signatures by ECDSA and RSA keys differ with every run.
"""
import base64
import datetime
import os
import re
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import MetaFile, Metadata, Root, Snapshot, TargetFile, Targets, Timestamp

HERE = os.path.dirname(os.path.abspath(__file__))
METADATA = os.path.join(HERE, "repository", "metadata")
EXPIRES = datetime.datetime(2046, 1, 1, tzinfo=datetime.timezone.utc)


def pkcs8(name):
    text = open(os.path.join(HERE, "..", "FixedKeys.cs")).read()
    block = re.search(r"string %s =(.*?);" % name, text, re.S).group(1)
    der = base64.b64decode("".join(re.findall(r'"([^"]*)"', block)))
    return CryptoSigner(load_der_private_key(der, None))


ALICE = CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([1] * 32)))
BOB = CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([2] * 32)))
BUILDS = CryptoSigner(Ed25519PrivateKey.from_private_bytes(bytes([4] * 32)))
PAT, ROSA = pkcs8("EcdsaP256"), pkcs8("Rsa3072")


def write(metadata, name, *signers):
    for number, signer in enumerate(signers):
        metadata.sign(signer, append=number > 0)
    os.makedirs(METADATA, exist_ok=True)
    metadata.to_file(os.path.join(METADATA, name))


def roots():
    root = Root(version=1, expires=EXPIRES, consistent_snapshot=True)
    for role, signers in (("root", (ALICE, PAT)), ("targets", (PAT,)), ("snapshot", (BUILDS,)), ("timestamp", (BUILDS,))):
        for signer in signers:
            root.add_key(signer.public_key, role)
    root.unrecognized_fields["x-house"] = {"note": "kept as it is"}
    write(Metadata(root), "1.root.json", ALICE)
    root.version = 2
    root.add_key(ROSA.public_key, "root")
    root.roles["root"].threshold = 2
    root.add_key(ROSA.public_key, "targets")
    root.roles["targets"].threshold = 2

    # bob is of no role: other clients pass over his signature.
    write(Metadata(root), "2.root.json", ALICE, ROSA, BOB)


def release(document):
    targets = Targets(version=7, expires=EXPIRES)
    targets.targets["PM200-2.0.0.release.json"] = TargetFile.from_data(
        "PM200-2.0.0.release.json", document, ["sha256", "sha512"])
    write(Metadata(targets), "7.targets.json", PAT, ROSA)
    snapshot = Snapshot(version=9, expires=EXPIRES, meta={"targets.json": meta("7.targets.json", 7)})
    write(Metadata(snapshot), "9.snapshot.json", BUILDS)
    write(Metadata(Timestamp(version=11, expires=EXPIRES, snapshot_meta=meta("9.snapshot.json", 9))), "timestamp.json", BUILDS)


def meta(name, version):
    data = open(os.path.join(METADATA, name), "rb").read()
    return MetaFile.from_data(version, data, ["sha256", "sha512"])


if sys.argv[1] == "roots":
    roots()
else:
    release(open(sys.argv[2], "rb").read())
