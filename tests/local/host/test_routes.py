"""Route templates as ASP.NET Core reads them."""

import pytest

from local.host.routes import RouteError, Template


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        pytest.param("api/people", "/api/people", {}, id="text"),
        pytest.param("api/people", "/API/People/", {}, id="whatever the case, and with a slash at the end"),
        pytest.param("api/people/{id}", "/api/people/ana", {"id": "ana"}, id="a parameter"),
        pytest.param("people/{id}", "/people/a%40b%20%C3%BC", {"id": "a@b ü"}, id="decoded"),
        pytest.param("people/{id}", "/people/a%2Fb", {"id": "a%2Fb"}, id="but an encoded slash is kept"),
        pytest.param("people/{id?}", "/people", {}, id="an optional one missing"),
        pytest.param("people/{id=me}", "/people", {"id": "me"}, id="a default"),
        pytest.param("files/{*rest}", "/files/a/b", {"rest": "a/b"}, id="a catch-all"),
        pytest.param("files/{**rest}", "/files", {}, id="an empty catch-all"),
        pytest.param("a/{x}/b/{y}", "/a/1/b/2", {"x": "1", "y": "2"}, id="several"),
        pytest.param("", "/", {}, id="the root"),
        pytest.param("{id:int:min(5)}", "/7", {"id": "7"}, id="several constraints"),
    ],
)
def test_path_gives_the_route_values(template: str, path: str, values: dict[str, str]) -> None:
    """A path that fits gives its values as text."""
    assert Template.parse(template).match(path) == values


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("api/people", "/people"),
        ("api/people", "/api/people/ana"),
        ("people/{id}", "/people"),
        ("people/{id}", "/people//"),
        ("people/{id}/approve", "/people/1"),
        ("{id:int:min(5)}", "/4"),
    ],
)
def test_other_path_does_not_match(template: str, path: str) -> None:
    """Too short, too long, or other text is another route's."""
    assert Template.parse(template).match(path) is None


@pytest.mark.parametrize(
    ("constraint", "fits", "fails"),
    [
        ("alpha", "abc", "ab1"),
        ("bool", "True", "yes"),
        ("datetime", "2026-11-20", "soon"),
        ("decimal", "1.5", "x"),
        ("guid", "5dbfa0ab-ab87-4f7e-83b2-5ac0c1c2aa25", "5dbfa0ab"),
        ("int", "-7", "2147483648"),
        ("length(3)", "abc", "abcd"),
        ("length(2,3)", "ab", "a"),
        ("long", "2147483648", "1e3"),
        ("max(9)", "9", "10"),
        ("maxlength(2)", "ab", "abc"),
        ("min(2)", "2", "1"),
        ("minlength(2)", "ab", "a"),
        ("range(2,4)", "3", "5"),
        (r"regex(^\d{{3}}$)", "123", "1234"),
        ("required", "x", ""),
    ],
)
def test_constraint(constraint: str, fits: str, fails: str) -> None:
    """A value that fails its constraint makes the path no match."""
    template = Template.parse(f"x/{{value:{constraint}}}")

    assert template.match(f"/x/{fits}") == {"value": fits}
    assert template.match(f"/x/{fails}") is None


@pytest.mark.parametrize("template", ["people/{id", "people/{a}.{b}", "people/x{id}", "people/{id:no-such}"])
def test_unreadable_template_is_refused(template: str) -> None:
    """A template that the host cannot read names itself."""
    with pytest.raises(RouteError, match="Route 'people/"):
        Template.parse(template)


def test_unknown_constraint_is_named() -> None:
    """A constraint that ASP.NET Core does not know is an error."""
    with pytest.raises(RouteError, match="there is no constraint 'even'"):
        Template.parse("people/{id:even}")
