"""Addresses, checked in their form when they are entered: nothing is looked up.

What passes is one line without control characters that leads to one place, and does not
pass for another's.
"""

import ipaddress
import json
import re
import unicodedata
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import urlsplit

import idna
import phonenumbers
from email_validator import EmailNotValidError, validate_email

from tocsin.domain.folding import words
from tocsin.domain.kinds import Method
from tocsin.domain.refusal import Code, refuse

LONGEST_ADDRESS = 2_000
_WHAT, _REMEDY = "The address was not accepted: it is not", "Check it with the recipient."
_VISIBLE = re.compile("[!-~]+")
_MATRIX = re.compile(
    r"[@!][!-9;-~]{1,200}:[A-Za-z0-9.-]{1,200}(:\d{1,5})?"
    r"|![A-Za-z0-9_-]{43}"  # rooms of version 12 name no server
)
_PLAIN = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
"""What every mail server takes before the @, as it stands."""
_SCHEME = re.compile("[a-z][a-z0-9]{1,29}://")


def address_for(method: Method, address: str) -> str:
    """The address in the form to use by `method`. Idempotent.

    Raises `Refusal` (address-invalid). What an officer brings by hand needs no more than words
    that say where.
    """
    if len(address) > LONGEST_ADDRESS:
        _not("short enough: it has over 2,000 characters")
    return _CHECKS.get(method, _said)(address)


def checked_address(address: str) -> str:
    """An e-mail address in the form to use: the domain in small ASCII letters. Idempotent.

    Only its form is checked: nothing is looked up. Raises `Refusal` (address-invalid), also
    for a domain whose letters pass for those of another (a Cyrillic "a" in a Latin name).
    """
    local, _, domain = address.rpartition("@")
    if len(address) <= 254 and len(local) <= 64 and _PLAIN.fullmatch(local):
        return f"{local}@{_checked_domain(domain)}"
    return _checked_address(address)


@lru_cache(maxsize=10_000)
def _checked_domain(domain: str) -> str:
    """Of a hundred thousand addresses few domains need be looked at."""
    return _checked_address(f"a@{domain}").removeprefix("a@")


def _checked_address(address: str) -> str:
    try:
        checked = validate_email(address, check_deliverability=False, strict=True)
    except EmailNotValidError:
        _not("a valid e-mail address")
    _genuine(checked.domain)
    return f"{checked.local_part}@{checked.ascii_domain}"


def _not(what: str) -> NoReturn:
    refuse(Code.ADDRESS_INVALID, f"{_WHAT} {what}.", _REMEDY)


def _genuine(domain: str) -> None:
    if any(map(_is_deceptive, domain.split("."))):
        _not("safe: its domain imitates another")


def _said(address: str) -> str:
    if not address.strip() or not address.isprintable():
        _not("one line of words")
    return address


def _phone(address: str) -> str:
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        _not("a telephone number with its country, such as +44 20 7946 0000")
    if not phonenumbers.is_possible_number(number) or number.extension:
        _not("a telephone number that can exist, without an extension")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _jid(address: str) -> str:
    """A bare one: a warning goes to the person, whichever of their devices is there."""
    if "/" in address:
        _not("a bare address: leave out what follows the slash")
    return checked_address(address)


def _matrix(address: str) -> str:
    if not _MATRIX.fullmatch(address):
        _not("a Matrix user or room, such as @ana:example.org")
    return address


def _url(address: str) -> str:
    """HTTPS, or this machine itself; no name or password in it, nothing after a #."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
        spelled = host if _is_ip(host) else idna.encode(host, uts46=True).decode()
        shown = spelled if _is_ip(spelled) else idna.decode(spelled)
    except (ValueError, idna.IDNAError):
        _not("a valid web address")
    if not _VISIBLE.fullmatch(address.replace(host, "") if host else address):
        _not("a web address in plain letters")
    if parts.username or parts.password or parts.fragment:
        _not("a web address without a name, a password or a #")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_machine(spelled)):
        _not("a web address that begins with https://")
    if not _is_ip(shown):
        _genuine(shown)
    place = f"[{spelled}]" if ":" in spelled else spelled
    return parts._replace(netloc=f"{place}:{port}" if port else place).geturl()


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _is_this_machine(host: str) -> bool:
    return host == "localhost" or (_is_ip(host) and ipaddress.ip_address(host).is_loopback)


def _push(address: str) -> str:
    """A browser's push subscription, as its JSON: endpoint and keys, nothing else."""
    try:
        given: Any = json.loads(address)
        endpoint, keys = given["endpoint"], given["keys"]
        sizes = [len(urlsafe_b64decode(keys[name] + "==")) for name in ("p256dh", "auth")]
    except (ValueError, TypeError, KeyError, RecursionError):
        _not("a push subscription")
    if sizes != [65, 16] or not isinstance(endpoint, str):
        _not("a push subscription with whole keys")
    kept = {"endpoint": _url(endpoint), "keys": {name: keys[name] for name in ("auth", "p256dh")}}
    return json.dumps(kept, separators=(",", ":"), sort_keys=True)


def _apprise(address: str) -> str:
    if not _SCHEME.match(address) or not _VISIBLE.fullmatch(address):
        _not("an Apprise address, such as ntfys://example.org/topic")
    if address.split(":", maxsplit=1)[0] in _NOT_OUTSIDE:
        _not("one that leads out of this machine")
    return address


_NOT_OUTSIDE = frozenset(
    {"blink1", "dbus", "file", "gio", "glib", "gnome"}
    | {"kde", "macosx", "qt", "syslog", "windows"}
)
_CHECKS: Mapping[Method, Callable[[str], str]] = {
    Method.EMAIL: checked_address,
    Method.SMS: _phone,
    Method.VOICE: _phone,
    Method.XMPP: _jid,
    Method.MATRIX: _matrix,
    Method.WEBHOOK: _url,
    Method.WEB_PUSH: _push,
    Method.APPRISE: _apprise,
}

# Scripts that are written together; all others stand alone in a label (UTS 39, highly restrictive).
_TOGETHER = (
    {"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
)


def _is_deceptive(label: str) -> bool:
    """Whether a label mixes scripts, or is all letters that pass for Latin ones."""
    letters = [letter for letter in label if letter.isalpha()]
    scripts = {unicodedata.name(letter, "UNNAMED").split()[0] for letter in letters}
    if len(scripts) > 1:
        return not any(scripts <= together for together in _TOGETHER)
    return scripts <= {"CYRILLIC", "GREEK"} and bool(letters) and "".join(words(label)).isascii()
