"""Who takes part in a schedule, and what each of them may: written down by hand, for the judge to know better."""

from typing import Final

from shared.authority import Authority

ADELE: Final = "adele.vance@contoso.com"
EMERGENCY: Final = "emergency.one@contoso.com"
NESTOR: Final = "nestor.wilke@contoso.com"
PATTI: Final = "patti.fernandez@contoso.com"
LEE: Final = "lee.gu@contoso.com"
MEGAN: Final = "megan.bowen@contoso.com"
NOBODY: Final = "nobody@contoso.com"

STANDARD: Final = (
    ADELE,
    "diego.siciliani@contoso.com",
    "johanna.lorenz@contoso.com",
    "ben.walters@contoso.com",
    "emily.braun@contoso.com",
    "cecil.folk@contoso.com",
)
"""Whom an operator may reset."""
PRIVILEGED: Final = (PATTI, "alex.wilber@contoso.com")
"""Whom a privileged operator may reset, and an operator only with the approval of one."""
TARGETS: Final = (*STANDARD, *PRIVILEGED, EMERGENCY)

ASKING: Final = {
    LEE: Authority.OPERATOR,
    "isaiah.langer@contoso.com": Authority.OPERATOR,
    MEGAN: Authority.OPERATOR,
    "joni.sherman@contoso.com": Authority.OPERATOR,
    NESTOR: Authority.PRIVILEGED_OPERATOR,
    "debra.berger@contoso.com": Authority.AUDITOR,
    ADELE: Authority.NONE,
    "grady.archie@contoso.com": Authority.NONE,
    NOBODY: Authority.NONE,
}
"""Who asks behind the queue, and what the directory says of them; Grady's account is disabled, the last is nobody."""
CALLING: Final = {LEE: "MfaDesk.Operator", MEGAN: "MfaDesk.Operator", NESTOR: "MfaDesk.PrivilegedOperator", ADELE: ""}
"""Who signs in, and with which app role."""
AT_THE_DESK: Final = (LEE, "isaiah.langer@contoso.com", MEGAN)
"""Who may be taken out of the service desk's group."""
