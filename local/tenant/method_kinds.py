"""What Graph offers for each kind of authentication method: its segment, its versions, whether it can be deleted."""

from typing import Any

import msgspec

from local.tenant.clock import iso, seconds
from local.tenant.methods import Email, HardwareOath, Method, Phone, TemporaryAccessPass, Unheard, kind_of

BETA_PROPERTIES = frozenset({"clientAppName"})
USABLE = "EnabledByPolicy"


class MethodKind(msgspec.Struct, frozen=True):
    """One row: `in_v1` is the version of the segment, `typed_in_v1` of the type itself (metadata of v1.0)."""

    name: str
    segment: str
    in_v1: bool = True
    typed_in_v1: bool = True
    deletable: bool = True

    @property
    def odata_type(self) -> str:
        """The type as the `methods` list names it."""
        return f"#microsoft.graph.{self.name}AuthenticationMethod"


KINDS = (
    MethodKind("phone", "phoneMethods"),
    MethodKind("microsoftAuthenticator", "microsoftAuthenticatorMethods"),
    MethodKind("softwareOath", "softwareOathMethods"),
    MethodKind("hardwareOath", "hardwareOathMethods", in_v1=False, typed_in_v1=False),
    MethodKind("fido2", "fido2Methods"),
    MethodKind("windowsHelloForBusiness", "windowsHelloForBusinessMethods"),
    MethodKind("email", "emailMethods"),
    MethodKind("password", "passwordMethods", deletable=False),
    MethodKind("temporaryAccessPass", "temporaryAccessPassMethods"),
    MethodKind("platformCredential", "platformCredentialMethods"),
    MethodKind("external", "externalAuthenticationMethods"),
    MethodKind("qrCodePin", "qrCodePinMethod", in_v1=False),
    MethodKind(
        "passwordlessMicrosoftAuthenticator",
        "passwordlessMicrosoftAuthenticatorMethods",
        in_v1=False,
        typed_in_v1=False,
    ),
)

_UNTYPED_IN_V1 = frozenset(kind.name for kind in KINDS if not kind.typed_in_v1)


def listed(method: Method, version: str) -> bool:
    """Whether the `methods` list of this version can say the method: v1.0 leaves out what it has no type for."""
    return version == "beta" or kind_of(method) not in _UNTYPED_IN_V1


def odata_type(method: Method) -> str:
    """Return the method's type, also of one that nobody knows yet."""
    return (
        method.odata_type if isinstance(method, Unheard) else f"#microsoft.graph.{kind_of(method)}AuthenticationMethod"
    )


def body(method: Method, version: str, now: float, *, masked: bool = False) -> dict[str, Any]:
    """Return the method as Graph shows it, without `@odata.type` and without what needs `$expand`."""
    shown = {key: value for key, value in msgspec.to_builtins(method).items() if key not in {"kind", "device"}}
    if version == "beta":
        shown["lastUsedDateTime"] = None
    else:
        shown = {key: value for key, value in shown.items() if key not in BETA_PROPERTIES}
    match method:
        case Phone() | Email():
            del shown["createdDateTime"]
        case TemporaryAccessPass():
            shown |= _usability(method, now)
        case Unheard(properties=properties):
            shown = {"id": method.id, "createdDateTime": method.created_date_time, **properties}
        case _:
            pass
    if masked and isinstance(method, Phone):
        shown["phoneNumber"] = f"+XX XXXXXXXX{method.phone_number[-2:]}"
    return shown


def device_body(method: HardwareOath, holder: dict[str, Any]) -> dict[str, Any]:
    """Return what `$expand=device` adds to a hardware token."""
    return {**msgspec.to_builtins(method.device), "assignedTo": holder}


def usability(pass_: TemporaryAccessPass, now: float) -> str:
    """Return why a pass can or cannot be used, in Graph's words; only EnabledByPolicy means that it can."""
    starts = seconds(pass_.start_date_time)
    if now < starts:
        return "NotYetValid"
    return "Expired" if now >= starts + 60 * pass_.lifetime_in_minutes else USABLE


def _usability(pass_: TemporaryAccessPass, now: float) -> dict[str, Any]:
    reason = usability(pass_, now)
    return {
        "temporaryAccessPass": None,
        "startDateTime": iso(seconds(pass_.start_date_time)),
        "isUsable": reason == USABLE,
        "methodUsabilityReason": reason,
    }
