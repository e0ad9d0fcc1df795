"""
The stand's pages for signing in and out.

Whatever is put into a text here is escaped (markupsafe, which Jinja2 escapes with); there is no script at all.
"""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import msgspec
from markupsafe import Markup
from starlette.responses import HTMLResponse

from local.tenant.desk_people import DeskPerson

MOST = 100
"""As many people are listed; a search finds the others."""
GROUPS = ("With a role of the desk's", "With a directory role", "Everybody else")
STYLE = Path(__file__).with_name("sign_in.css").read_text(encoding="utf-8")
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    # Not `no-referrer`: with it browsers send `Origin: null` with a form, which looks like another site's.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

_PAGE = Markup(
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{title} - MFA Desk</title>\n<style>{style}</style>\n</head>\n"
    "<body>\n<main>\n<h1>{title}</h1>\n{content}</main>\n</body>\n</html>\n"
)
_ALARM = Markup('<p class="alarm" role="alert">{}</p>\n')
_INTRODUCTION = Markup(
    '<p class="soft">The stand on this laptop: nobody here exists, and no password is asked for. '
    "Choose who you are.</p>\n"
)
_SIGNED_IN = Markup('<p>You are signed in as <strong>{}</strong>. <a href="/.auth/logout">Sign out</a></p>\n')
_SEARCH = Markup(
    '<form class="search" role="search" method="get" action="/.auth/login/aad">\n'
    '<input type="hidden" name="post_login_redirect_uri" value="{redirect}">\n'
    '<label for="search">Name, title, department or role</label>\n'
    '<input type="search" id="search" name="search" value="{search}" autocomplete="off">\n'
    "<button>Search</button>\n</form>\n"
)
_PEOPLE = Markup(
    '<form method="post" action="/.auth/login/aad">\n<input type="hidden" name="nonce" value="{nonce}">\n'
    '<input type="hidden" name="post_login_redirect_uri" value="{redirect}">\n{groups}</form>\n'
)
_GROUP = Markup("<h2>{title}</h2>\n<ul>\n{people}</ul>\n")
_PERSON = Markup(
    '<li><button class="person" name="user" value="{id}"{disabled}>'
    # The spaces are for those who hear the button read out as one text.
    '<span class="face" aria-hidden="true">{face}</span> <span class="name">{name}</span> '
    '<span class="detail">{detail}</span> <span class="roles">{roles}</span></button></li>\n'
)
_DISABLED = Markup(" disabled")
_ROLE = Markup('<span class="role {kind}">{name}</span> ')
_NOTHING = Markup('<p class="soft">{}</p>\n')


class SignInForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the sign-in page is filled with."""

    people: Sequence[DeskPerson]
    nonce: str
    redirect: str
    search: str = ""
    signed_in: str = ""
    problem: str = ""


def sign_in(form: SignInForm, status: int = 200) -> HTMLResponse:
    """Return the page that lists people, those with a role at the desk first."""
    parts = [
        _ALARM.format(form.problem) if form.problem else Markup(),
        _INTRODUCTION,
        _SIGNED_IN.format(form.signed_in) if form.signed_in else Markup(),
        _SEARCH.format(redirect=form.redirect, search=form.search),
        _PEOPLE.format(nonce=form.nonce, redirect=form.redirect, groups=_groups(form.people)),
        _remark(form),
    ]
    return _page("Sign in to MFA Desk", Markup().join(parts), status)


def message(title: str, text: str, status: int = 200) -> HTMLResponse:
    """Return a page that says something, and leads to signing in."""
    link = Markup('<p><a href="/.auth/login/aad">Sign in</a></p>\n')
    return _page(title, Markup("<p>{}</p>\n").format(text) + link, status)


def _page(title: str, content: Markup, status: int) -> HTMLResponse:
    page = _PAGE.format(title=title, style=Markup(STYLE), content=content)  # noqa: S704 - our own file
    return HTMLResponse(page, status, headers=HEADERS)


def _groups(people: Sequence[DeskPerson]) -> Markup:
    listed = sorted(people, key=_group)[:MOST]
    groups = ((title, [person for person in listed if _group(person) == rank]) for rank, title in enumerate(GROUPS))
    return Markup().join(
        _GROUP.format(title=title, people=Markup().join(_person(person) for person in group))
        for title, group in groups
        if group
    )


def _group(person: DeskPerson) -> int:
    return 0 if person.app_roles else 1 if person.directory_roles else 2


def _person(person: DeskPerson) -> Markup:
    remark = "" if person.enabled else "account disabled"
    return _PERSON.format(
        id=person.id,
        disabled="" if person.enabled else _DISABLED,
        face="".join(word[0] for word in person.name.split()[:2]),
        name=person.name,
        detail=" · ".join(part for part in (person.upn, person.title, remark) if part),
        roles=Markup().join([*(_role("app", each) for each in person.app_roles), *_directory(person)]),
    )


def _directory(person: DeskPerson) -> list[Markup]:
    return [_role("directory", each) for each in person.directory_roles]


def _role(kind: str, name: str) -> Markup:
    return _ROLE.format(kind=kind, name=name)


def _remark(form: SignInForm) -> Markup:
    if not form.people:
        return _NOTHING.format(f"Nobody fits “{form.search}”.")
    beyond = len(form.people) - MOST
    return _NOTHING.format(f"{beyond} more; search for them.") if beyond > 0 else Markup()
