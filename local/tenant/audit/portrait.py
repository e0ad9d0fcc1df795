"""A person's credentials as Core Directory keeps them, and how a change of them reads in an "Update user" event.

Property names and shapes after recorded events: StrongAuthenticationRequirement with its states, a phone app's
details, StsRefreshTokensValidFrom, "Included Updated Properties" and TargetId.UserType. The numbers of the method types
are those of Microsoft's old MSOnline module, in the order of its documentation.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from local.tenant.audit.event import ModifiedProperty
from local.tenant.entities import Person
from local.tenant.methods import (
    Email,
    Fido2,
    HardwareOath,
    Method,
    MicrosoftAuthenticator,
    PasswordlessMicrosoftAuthenticator,
    Phone,
    SoftwareOath,
    WindowsHelloForBusiness,
)

Portrait = Mapping[str, str]

_VOICE_MOBILE, _VOICE_OFFICE, _VOICE_ALTERNATE, _SMS, _PUSH, _CODE = 0, 2, 3, 5, 6, 7
_PREFERRED = {
    "push": _PUSH,
    "oath": _CODE,
    "sms": _SMS,
    "voiceMobile": _VOICE_MOBILE,
    "voiceAlternateMobile": _VOICE_ALTERNATE,
    "voiceOffice": _VOICE_OFFICE,
}
_STATES = {"enabled": 1, "enforced": 2}


def portrait(person: Person) -> Portrait:
    """Return the properties that matter, each as the JSON text of a list."""
    methods = tuple(person.methods.values())
    return {
        "StrongAuthenticationMethod": _json(_method_types(person)),
        "StrongAuthenticationPhoneAppDetail": _json([detail for method in methods for detail in _app_detail(method)]),
        "StrongAuthenticationUserDetails": _json(_user_details(methods)),
        "SearchableDeviceKey": _json([key for method in methods for key in _device_key(method)]),
        "StrongAuthenticationRequirement": _json(_requirement(person)),
        "StsRefreshTokensValidFrom": _json([person.sessions_valid_from]),
    }


def changes(before: Portrait, person: Person) -> tuple[ModifiedProperty, ...]:
    """Return what has become another since then, as an event tells it; nothing where nothing has."""
    after = portrait(person)
    names = [name for name, old in before.items() if after[name] != old]
    if not names:
        return ()
    kind = "Guest" if person.guest else "Member"
    return (
        *(ModifiedProperty(display_name=name, old_value=before[name], new_value=after[name]) for name in names),
        ModifiedProperty(display_name="Included Updated Properties", new_value=_json(", ".join(names))),
        ModifiedProperty(display_name="TargetId.UserType", new_value=_json(kind)),
    )


def _method_types(person: Person) -> list[dict[str, Any]]:
    types = sorted({number for method in person.methods.values() for number in _numbers(method)})
    default = _PREFERRED.get(person.default[0]) if person.default else None
    return [{"MethodType": number, "Default": number == default} for number in types]


def _numbers(method: Method) -> tuple[int, ...]:
    match method:
        case MicrosoftAuthenticator():
            return (_PUSH, _CODE)
        case SoftwareOath() | HardwareOath():
            return (_CODE,)
        case Phone(phone_type="mobile"):
            return (_VOICE_MOBILE, _SMS)
        case Phone(phone_type="alternateMobile"):
            return (_VOICE_ALTERNATE,)
        case Phone():
            return (_VOICE_OFFICE,)
        case _:
            return ()


def _app_detail(method: Method) -> Iterator[dict[str, Any]]:
    if isinstance(method, MicrosoftAuthenticator):
        yield {
            "DeviceName": method.display_name,
            "DeviceTag": method.device_tag,
            "PhoneAppVersion": method.phone_app_version,
            "Id": method.id,
            "AuthenticationType": 3,
            "NotificationType": 4,
        }
    if isinstance(method, SoftwareOath):
        yield {"DeviceName": None, "DeviceTag": "SoftwareTokenActivated", "Id": method.id, "AuthenticationType": 2}


def _user_details(methods: tuple[Method, ...]) -> list[dict[str, Any]]:
    phones = {method.phone_type: method.phone_number for method in methods if isinstance(method, Phone)}
    mail = next((method.email_address for method in methods if isinstance(method, Email)), None)
    details = {
        "PhoneNumber": phones.get("mobile"),
        "AlternativePhoneNumber": phones.get("alternateMobile"),
        "Email": mail,
        "VoiceOnlyPhoneNumber": phones.get("office"),
    }
    return [details] if any(details.values()) else []


def _device_key(method: Method) -> Iterator[dict[str, Any]]:
    match method:
        case Fido2():
            yield {"Usage": "FIDO", "KeyIdentifier": method.id, "FidoAaGuid": method.aa_guid}
        case WindowsHelloForBusiness() | PasswordlessMicrosoftAuthenticator():
            yield {"Usage": "NGC", "KeyIdentifier": method.id, "FidoAaGuid": None}
        case _:
            return


def _requirement(person: Person) -> list[dict[str, Any]]:
    state = _STATES.get(person.per_user_mfa)
    if state is None:
        return []
    since = str(person.profile["createdDateTime"]).replace("Z", "+00:00")
    return [{"RelyingParty": "*", "State": state, "RememberDevicesNotIssuedBefore": since}]


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
