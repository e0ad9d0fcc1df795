"""How Exchange Online refuses, behind Graph: its codes are not the directory's."""

from local.tenant.refusals import GraphRefusalError

_RECIPIENTS = "ErrorInvalidRecipients"


def mail_denied() -> GraphRefusalError:
    """403 to an application without Mail.Send (kartverket/skyline#78, microsoft-graph-docs#10880)."""
    return GraphRefusalError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def unknown_sender(key: str) -> GraphRefusalError:
    """404: nobody has this name (InnoGE/laravel-msgraph-mail#16; the status is that which clients record)."""
    return GraphRefusalError(404, "ErrorInvalidUser", f"The requested user '{key}' is invalid.")


def no_mailbox() -> GraphRefusalError:
    """404: somebody without a mailbox of this tenant, such as a guest (microsoft-graph-docs-contrib#405)."""
    message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    return GraphRefusalError(404, "MailboxNotEnabledForRESTAPI", message)


def no_message() -> GraphRefusalError:
    """400: the action's one required parameter is missing (learn.microsoft.com/answers/questions/1202189)."""
    return GraphRefusalError(400, "ErrorInvalidParameter", "The value of the parameter 'Message' is empty.")


def unreadable_message(why: str) -> GraphRefusalError:
    """400: a property that does not exist, or of another type; the code is known (msgraph-sdk-dotnet#450)."""
    return GraphRefusalError(400, "RequestBodyRead", f"The request body cannot be read: {why}.")


def no_recipients() -> GraphRefusalError:
    """400: nobody to send it to (microsoftgraph/msgraph-sdk-dotnet#1891 of 2023)."""
    message = "At least one recipient is not valid., A message can't be sent because it contains no recipients."
    return GraphRefusalError(400, _RECIPIENTS, message)


def unresolved_recipient(address: str) -> GraphRefusalError:
    """400: an address that is none (Azure/Microsoft365R#110 of 2022)."""
    message = (
        f"At least one recipient is not valid., Recipient '{address}' is not resolved. All recipients must be resolved "
        "before a message can be submitted."
    )
    return GraphRefusalError(400, _RECIPIENTS, message)


def request_too_large() -> GraphRefusalError:
    """413: the status is documented (Graph documentation, errors); code and wording are not."""
    return GraphRefusalError(413, "RequestEntityTooLarge", "The request size exceeds the maximum limit.")
