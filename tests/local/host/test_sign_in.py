"""The stand's own pages for signing in and out."""

import base64
import hashlib
import re

import httpx
import pytest

from local.host import sign_in_page
from local.host.sessions import LIFETIME_SECONDS
from tests.local.host.guarded import BROWSER, LEE, LOGIN, SESSION, Guarded

ADELE = "adele.vance@contoso.com"
GRADY = "grady.archie@contoso.com"
PATTI = "patti.fernandez@contoso.com"
ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "evil",
    "/\t/evil.example",
    "/\n/evil.example",
    "/ok\r\nSet-Cookie: a=b",
    " //evil.example",
]


def _names(page: httpx.Response) -> list[str]:
    return re.findall(r'<span class="name">([^<]*)</span>', page.text)


# --- the page ---------------------------------------------------------------------------------------------------------


async def test_page_lists_everybody_those_with_an_app_role_first(guarded: Guarded) -> None:
    """Then those with a directory role, then everybody else."""
    names = _names(await guarded.get(LOGIN))

    assert len(names) == len(guarded.issuer.world.directory.people)
    assert names[:6] == ["Lee Gu", "Isaiah Langer", "Megan Bowen", "Grady Archie", "Nestor Wilke", "Debra Berger"]
    assert "Patti Fernandez" in names[6:16]
    assert "Adele Vance" in names[16:]


async def test_page_says_what_somebody_is_for_the_desk(guarded: Guarded) -> None:
    """App roles, also through a group, and directory roles that are active everywhere; by their names."""
    page = (await guarded.get(LOGIN, params={"search": "nestor"})).text

    assert '<span class="role app">Privileged operator</span>' in page
    assert '<span class="role directory">Privileged Authentication Administrator</span>' in page
    assert '<span class="role app">Operator</span>' in (await guarded.get(LOGIN, params={"search": LEE})).text


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("lee", ["Lee Gu"]),
        ("  GLOBAL  reader ", ["Debra Berger"]),
        ("desk lead", ["Megan Bowen"]),
        ("müller", ["Zoë Müller-Łukasiewicz"]),
        ("o'neil", ["Sean O&#39;Neil"]),
        ("operator service", ["Lee Gu", "Isaiah Langer", "Megan Bowen", "Grady Archie"]),
        ("nobody whatever", []),
    ],
)
async def test_search_finds_every_word_somewhere(guarded: Guarded, search: str, expected: list[str]) -> None:
    """In names, titles, departments and roles, in any case; without a script."""
    page = await guarded.get(LOGIN, params={"search": search})

    assert _names(page) == expected
    assert ("Nobody fits" in page.text) == (not expected)


async def test_long_list_ends_and_says_so(guarded: Guarded) -> None:
    """A search finds who is not on it."""
    directory = guarded.issuer.world.directory
    somebody = directory.people[next(iter(directory.people))]
    for number in range(sign_in_page.MOST):
        directory.people[f"more-{number}"] = somebody
    page = await guarded.get(LOGIN)

    assert len(_names(page)) == sign_in_page.MOST
    assert f"{len(directory.people) - sign_in_page.MOST} more; search for them." in page.text


async def test_disabled_account_cannot_be_chosen(guarded: Guarded) -> None:
    """It is on the list, so that nobody looks for it in vain."""
    page = (await guarded.get(LOGIN, params={"search": GRADY})).text

    assert re.search(r'<button class="person" name="user" value="[-0-9a-f]{36}" disabled>', page)
    assert "account disabled" in page


async def test_names_are_text_and_no_markup(guarded: Guarded) -> None:
    """Nor is what somebody searches for, or where they want to go."""
    person = guarded.issuer.world.directory.person(ADELE)
    assert person
    person.name = '<script>alert("1")</script>'
    evil = '"><script>alert(2)</script>'
    listed = await guarded.get(LOGIN, params={"search": ADELE})
    searched = await guarded.get(LOGIN, params={"search": evil, "post_login_redirect_uri": "/" + evil})

    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;" in listed.text
    assert 'value="/&#34;&gt;&lt;script&gt;alert(2)&lt;/script&gt;"' in searched.text
    assert "<script" not in listed.text + searched.text


async def test_page_may_load_nothing_but_its_own_style(guarded: Guarded) -> None:
    """The policy names the style's hash; no script, no frame, no form that leads elsewhere."""
    page = await guarded.get(LOGIN)
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    assert page.headers["content-security-policy"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"


# --- signing in -------------------------------------------------------------------------------------------------------


async def test_who_signs_in_is_led_where_they_wanted_to_go(guarded: Guarded) -> None:
    """With a cookie that no script reads and no other site sends along with a form."""
    answer = await guarded.sign_in(redirect="/api/echo?user=zoë&day=1#top")
    (cookie,) = answer.headers.get_list("set-cookie")

    assert (answer.status_code, answer.headers["location"]) == (303, "/api/echo?user=zo%C3%AB&day=1#top")
    assert re.fullmatch(rf"{SESSION}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=lax", cookie)


async def test_who_wanted_to_go_nowhere_is_told_that_they_are_in(guarded: Guarded) -> None:
    """As App Service does."""
    answer = await guarded.sign_in()
    page = await guarded.get(answer.headers["location"])

    assert answer.headers["location"] == "/.auth/login/done"
    assert f"As {LEE}." in page.text


async def test_session_is_told_to_the_app(guarded: Guarded) -> None:
    """Like the bearer of a token, but for the scope: the claims are those of an ID token."""
    await guarded.sign_in()
    await guarded.get()

    assert guarded.told["x-ms-client-principal-name"] == LEE
    assert guarded.claims["roles"] == ["MfaDesk.Operator"]
    assert not [name for name in guarded.claims if name.endswith(("scope", "azp"))]


async def test_page_says_who_is_signed_in(guarded: Guarded) -> None:
    """With the way out."""
    await guarded.sign_in()
    page = (await guarded.get(LOGIN)).text

    assert f'You are signed in as <strong>{LEE}</strong>. <a href="/.auth/logout">' in page


async def test_signing_in_anew_ends_the_session_before(guarded: Guarded) -> None:
    """Its cookie is worth nothing from then on."""
    await guarded.sign_in()
    before = guarded.session_id
    await guarded.sign_in(PATTI)
    await guarded.get()
    as_patti = guarded.told["x-ms-client-principal-name"]
    guarded.browser.cookies.clear()
    await guarded.get(headers={"Cookie": f"{SESSION}={before}"})

    assert (as_patti, guarded.told) == (PATTI, {})


@pytest.mark.parametrize("path", ELSEWHERE)
async def test_signing_in_leads_to_no_other_site(guarded: Guarded, path: str) -> None:
    """Neither the page nor its form takes an address that a browser could read as one."""
    shown = await guarded.get(LOGIN, params={"post_login_redirect_uri": path})
    sent = await guarded.browser.post(LOGIN, data=await guarded.form(post_login_redirect_uri=path))

    assert (shown.status_code, sent.status_code) == (400, 400)
    assert SESSION not in guarded.browser.cookies


@pytest.mark.parametrize("path", ELSEWHERE)
async def test_signing_out_leads_to_no_other_site(guarded: Guarded, path: str) -> None:
    """Nor does it end the session then."""
    await guarded.sign_in()
    answer = await guarded.get("/.auth/logout", params={"post_logout_redirect_uri": path})

    assert (answer.status_code, (await guarded.get("/.auth/me")).status_code) == (400, 200)


# --- forged forms -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nonce", ["", "guess", "é"])
async def test_form_that_the_page_did_not_give_is_refused(guarded: Guarded, nonce: str) -> None:
    """Another site cannot sign somebody in as whom it likes; the page is shown again."""
    answer = await guarded.browser.post(LOGIN, data=await guarded.form("/api/echo", nonce=nonce))

    assert answer.status_code == 403
    assert "Choose once more." in answer.text
    assert 'name="post_login_redirect_uri" value="/api/echo"' in answer.text
    assert SESSION not in guarded.browser.cookies


async def test_form_without_the_pages_cookie_is_refused(guarded: Guarded) -> None:
    """What is hidden in the page is worth nothing in another browser."""
    form = await guarded.form()
    guarded.browser.cookies.clear()

    assert (await guarded.browser.post(LOGIN, data=form)).status_code == 403


async def test_form_that_repeats_an_empty_cookie_is_refused(guarded: Guarded) -> None:
    """Nothing is no secret."""
    form = await guarded.form(nonce="")
    guarded.browser.cookies.clear()

    assert (await guarded.browser.post(LOGIN, data=form, headers={"Cookie": "Nonce="})).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://desk"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "http://desk:8080"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_form_of_another_site_is_refused(guarded: Guarded, headers: dict[str, str], status: int) -> None:
    """Even one that planted the cookie: on one machine all ports share their cookies."""
    answer = await guarded.browser.post(LOGIN, data=await guarded.form(), headers=headers)

    assert answer.status_code == status


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b'{"user": "lee"}'])
async def test_what_is_no_form_is_refused(guarded: Guarded, body: bytes) -> None:
    """It repeats nothing that the page gave."""
    assert (await guarded.browser.post(LOGIN, content=body)).status_code == 403


async def test_form_that_is_too_large_is_refused(guarded: Guarded) -> None:
    """Although everything in it is right."""
    form = await guarded.form()

    assert (await guarded.browser.post(LOGIN, data={**form, "more": "x" * 20_000})).status_code == 403


async def test_two_pages_can_be_open_at_once(guarded: Guarded) -> None:
    """The second does not spoil the first."""
    first, _ = await guarded.form(), await guarded.form()

    assert (await guarded.browser.post(LOGIN, data=first)).status_code == 303


@pytest.mark.parametrize("value", ["", "guess", '"quoted"', "é"])
async def test_cookie_of_the_same_name_that_is_not_the_pages_does_not_matter(guarded: Guarded, value: str) -> None:
    """Other programs on this machine share their cookies with the page."""
    planted = f"Nonce={value}".encode()
    page = await guarded.get(LOGIN, headers={"Cookie": planted})
    nonce = guarded.browser.cookies["Nonce"]
    lee = guarded.issuer.world.directory.person(LEE)
    assert lee
    headers = {b"Cookie": planted + f"; Nonce={nonce}".encode()}
    answer = await guarded.browser.post(LOGIN, data={"nonce": nonce, "user": lee.id}, headers=headers)

    assert f'name="nonce" value="{nonce}"' in page.text
    assert answer.status_code == 303


async def test_account_that_was_disabled_meanwhile_is_not_let_in(guarded: Guarded) -> None:
    """The page shows what the tenant says."""
    form = await guarded.form()
    lee = guarded.issuer.world.directory.person(LEE)
    assert lee
    lee.profile["accountEnabled"] = False
    answer = await guarded.browser.post(LOGIN, data=form)

    assert answer.status_code == 403
    assert f'<p class="alarm" role="alert">AADSTS50057: The user account is disabled. ({LEE})</p>' in answer.text
    assert SESSION not in guarded.browser.cookies


async def test_nobody_is_not_let_in(guarded: Guarded) -> None:
    """A form may name whom it likes."""
    answer = await guarded.browser.post(LOGIN, data=await guarded.form(user="<nobody>"))

    assert answer.status_code == 403
    assert "There is nobody called &#39;&lt;nobody&gt;&#39;" in answer.text


async def test_tenant_that_is_away_is_said(guarded: Guarded) -> None:
    """Instead of a page without people."""
    guarded.issuer.away = True
    answer = await guarded.get(LOGIN)

    assert answer.status_code == 500
    assert answer.text.startswith("The simulated tenant does not answer")


# --- the session ------------------------------------------------------------------------------------------------------


async def test_me_says_who_is_signed_in(guarded: Guarded) -> None:
    """As a list with one entry: provider, sign-in name, the claims that the app gets too, and the ID token."""
    await guarded.sign_in()
    await guarded.get()
    (me,) = (await guarded.get("/.auth/me")).json()
    id_token = me.pop("id_token")

    assert me == {"provider_name": "aad", "user_id": LEE, "user_claims": guarded.principal["claims"]}
    assert id_token.count(".") == 2


async def test_me_is_401_without_a_session(guarded: Guarded) -> None:
    """Without a body."""
    answer = await guarded.get("/.auth/me")

    assert (answer.status_code, answer.content) == (401, b"")


async def test_session_ends_after_its_lifetime(guarded: Guarded) -> None:
    """To the second; the caller passes as nobody."""
    await guarded.sign_in()
    guarded.time += LIFETIME_SECONDS - 1
    before = (await guarded.get("/.auth/me")).status_code
    guarded.time += 1
    await guarded.get()

    assert (before, (await guarded.get("/.auth/me")).status_code) == (200, 401)
    assert guarded.told == {}


async def test_signing_out_ends_the_session(guarded: Guarded) -> None:
    """The cookie goes, and a copy of it is worth nothing."""
    await guarded.sign_in()
    copied = guarded.session_id
    answer = await guarded.get("/.auth/logout")

    assert (answer.status_code, answer.headers["location"]) == (302, "/.auth/logout/complete")
    assert SESSION not in guarded.browser.cookies
    assert (await guarded.get("/.auth/me", headers={"Cookie": f"{SESSION}={copied}"})).status_code == 401
    assert "You have signed out" in (await guarded.get("/.auth/logout/complete")).text


async def test_signing_out_leads_where_it_is_wanted(guarded: Guarded) -> None:
    """Also for somebody who is not signed in."""
    answer = await guarded.get("/.auth/logout", params={"post_logout_redirect_uri": "/api/echo"})

    assert answer.headers["location"] == "/api/echo"


async def test_session_keeps_what_it_began_with(guarded: Guarded) -> None:
    """A new name, another role and a disabled account show from the next sign-in on, as with Entra."""
    await guarded.sign_in()
    directory = guarded.issuer.world.directory
    lee = directory.person(LEE)
    assert lee
    lee.name, lee.profile["accountEnabled"] = "Lee Gu-Miller", False
    directory.app_role_assignments.clear()
    await guarded.get()
    kept = guarded.claims
    lee.profile["accountEnabled"] = True
    await guarded.sign_in()
    await guarded.get()

    assert (kept["name"], kept["roles"]) == (["Lee Gu"], ["MfaDesk.Operator"])
    assert (guarded.claims["name"], "roles" in guarded.claims) == (["Lee Gu-Miller"], False)


async def test_other_cookies_do_not_matter(guarded: Guarded) -> None:
    """Before it, behind it, of a similar name, or in a header of their own."""
    await guarded.sign_in()
    cookie = f"a=b; X{SESSION}=x; {SESSION}={guarded.session_id}; {SESSION}2=y"
    guarded.browser.cookies.clear()
    await guarded.get(headers=[("Cookie", "c=d"), ("Cookie", cookie)])

    assert guarded.told["x-ms-client-principal-name"] == LEE


async def test_session_cookie_beside_a_dead_one_counts(guarded: Guarded) -> None:
    """A browser may keep one of an earlier stand."""
    await guarded.sign_in()
    cookie = f"{SESSION}=dead; {SESSION}={guarded.session_id}"
    guarded.browser.cookies.clear()
    await guarded.get(headers={"Cookie": cookie})

    assert guarded.told["x-ms-client-principal-name"] == LEE


async def test_two_sessions_at_once_are_nobodys(guarded: Guarded) -> None:
    """Nobody can say who of the two calls."""
    await guarded.sign_in()
    lees = guarded.session_id
    guarded.browser.cookies.clear()
    await guarded.sign_in(PATTI)
    pattis = guarded.session_id
    guarded.browser.cookies.clear()
    await guarded.get(headers={"Cookie": f"{SESSION}={lees}; {SESSION}={pattis}"})

    assert guarded.told == {}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"User-Agent": BROWSER, "Origin": "http://desk"}, 200),
        ({"User-Agent": BROWSER, "Referer": "http://desk/page?x=1"}, 200),
        ({"User-Agent": BROWSER}, 403),
        ({"User-Agent": BROWSER, "Origin": "https://evil.example"}, 403),
        ({"User-Agent": BROWSER, "Origin": "null"}, 403),
        ({"User-Agent": BROWSER, "Referer": "http://desk.evil.example/"}, 403),
        ({"User-Agent": BROWSER, "Referer": "http://[broken"}, 403),
        ({"User-Agent": "curl/8.5", "Origin": "https://evil.example"}, 200),
    ],
)
async def test_post_of_a_browser_with_a_session_must_come_from_this_site(
    guarded: Guarded, headers: dict[str, str], status: int
) -> None:
    """The platform refuses the others; what does not call itself a browser it lets pass."""
    await guarded.sign_in()
    answer = await guarded.browser.post("/api/echo", headers=headers)

    assert (answer.status_code, len(guarded.seen)) == (status, 1 if status == 200 else 0)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_other_methods_pass_from_any_site(guarded: Guarded, method: str) -> None:
    """An app cannot rely on the platform alone."""
    await guarded.sign_in()
    headers = {"User-Agent": BROWSER, "Origin": "https://evil.example"}

    assert (await guarded.browser.request(method, "/api/echo", headers=headers)).status_code == 200


async def test_post_without_a_session_passes_from_any_site(guarded: Guarded) -> None:
    """A token is sent by nobody but its owner, and who is nobody does no harm."""
    headers = {"User-Agent": BROWSER, "Origin": "https://evil.example"}
    await guarded.browser.post("/api/echo", headers=headers)
    token = {"Authorization": f"Bearer {guarded.issuer.token()}"}
    await guarded.browser.post("/api/echo", headers={**headers, **token})

    assert len(guarded.seen) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/.auth/nothing", 404), ("DELETE", "/.auth/me", 405), ("POST", "/.auth/logout", 405)],
)
async def test_what_is_not_there_under_auth_is_the_platforms(
    guarded: Guarded, method: str, path: str, status: int
) -> None:
    """The app is not asked."""
    assert (await guarded.browser.request(method, path)).status_code == status
