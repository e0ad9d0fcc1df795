"""Somebody in an address: by object id, or by a user principal name that the directory knows."""

from functions.exchange import Exchange, Refusal
from shared.api import problem_details
from shared.object_id import is_object_id


async def object_id_of(exchange: Exchange, user: str) -> str:
    """Return the id under which somebody stands on record; of whoever has left, no name is known any more."""
    if is_object_id(user):
        return user.lower()
    for person in await exchange.premises.people.search(user):
        if person.user_principal_name.lower() == user.lower():
            return person.id
    detail = "Nobody in the directory has that user principal name; of somebody who has left, name the object id."
    raise Refusal(problem_details.TARGET_NOT_FOUND.because(detail, field="user"))
