"""Graph's refusals: status, code and message as Graph words them (facts from its documentation and issue threads)."""

from collections.abc import Mapping


class GraphRefusalError(Exception):
    """An answer other than 2xx. `repeated` puts the message into innerError too, as the methods' service does."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        repeated: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.repeated = repeated


def unauthorized(message: str) -> GraphRefusalError:
    """401: the token is missing, malformed, expired or for somebody else."""
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", '
        'client_id="00000003-0000-0000-c000-000000000000"'
    )
    return GraphRefusalError(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})


def access_denied() -> GraphRefusalError:
    """403 of the authentication methods' service."""
    return GraphRefusalError(403, "accessDenied", "Request Authorization failed", repeated=True)


def insufficient_privileges() -> GraphRefusalError:
    """403 of the directory's service."""
    return GraphRefusalError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def no_audit_permission() -> GraphRefusalError:
    """403 of the reports' service to whoever lacks the permission (microsoft-graph-docs-contrib#8997 of 2024)."""
    message = "Calling principal does not have required MSGraph permissions AuditLog.Read.All"
    return GraphRefusalError(403, "Authentication_MSGraphPermissionMissing", message)


def unsupported_role() -> GraphRefusalError:
    """403 of the reports' service to a person without a role that may read them."""
    message = "User is not in the allowed roles"
    return GraphRefusalError(403, "Authentication_RequestFromUnsupportedUserRole", message)


def revocation_denied() -> GraphRefusalError:
    """403 seen when a managed identity without a role revoked sessions (Azure/Azure-Sentinel#783)."""
    return GraphRefusalError(
        403, "Authorization_RequestDenied", "Access to invalidate refresh tokens operation is denied."
    )


def no_segment(segment: str) -> GraphRefusalError:
    """400: the path leads nowhere in this version."""
    return GraphRefusalError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def method_not_allowed() -> GraphRefusalError:
    """405: the path exists, the verb does not."""
    return GraphRefusalError(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")


def no_generic_delete(path: str) -> GraphRefusalError:
    """404: `methods/{id}` cannot be deleted (microsoftgraph/msgraph-sdk-powershell#937)."""
    message = f"No HTTP resource was found that matches the request URI 'https://mface.windowsazure.com/odata{path}'."
    return GraphRefusalError(404, "UnknownError", message)


def no_resource(key: str) -> GraphRefusalError:
    """404 of the directory's service."""
    message = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
    return GraphRefusalError(404, "Request_ResourceNotFound", message)


def no_method(key: str) -> GraphRefusalError:
    """404 of the authentication methods' service; its wording is not documented."""
    message = f"The requested authentication method id of [{key}] was not found."
    return GraphRefusalError(404, "resourceNotFound", message, repeated=True)


def not_found() -> GraphRefusalError:
    """404 where the documentation promises nothing more."""
    return GraphRefusalError(404, "ResourceNotFound", "Resource could not be discovered.")


def bad_method_request(message: str) -> GraphRefusalError:
    """400 of the authentication methods' service."""
    return GraphRefusalError(400, "badRequest", message, repeated=True)


def pass_forbidden() -> GraphRefusalError:
    """400: policy does not let the person have a pass (azure-docs#111778 of 2023)."""
    return bad_method_request(
        "Unable to add Temporary Access Pass. - Converged UserCredentialPolicy does not allow creating or updating "
        "this authentication method. AuthMethodType [TemporaryAccessPass]."
    )


def pass_for_guest() -> GraphRefusalError:
    """400: a guest signs in at home (Entra documentation, configure a Temporary Access Pass, guest access)."""
    return bad_method_request("Temporary Access Pass cannot be added to an external guest user.")


def pass_lifetime(shortest: int, longest: int) -> GraphRefusalError:
    """400: not a lifetime that policy allows (microsoft-graph-docs#12187 of 2021)."""
    return bad_method_request(f"Invalid LifetimeInMinutes specified. The valid range between {shortest} and {longest}.")


def pass_not_once() -> GraphRefusalError:
    """400: policy demands passes for one sign-in; that it refuses is documented, its wording is not."""
    return bad_method_request("Policy does not allow a Temporary Access Pass that is usable more than once.")


def default_in_the_way(key: str, wording: str) -> GraphRefusalError:
    """400: the default method with others left (microsoft-graph-docs#18091 of 2022, contrib#2913 of 2021)."""
    if wording == "2021":
        return bad_method_request(
            "Cannot delete default method with other methods configured. Please change default method before deletion."
        )
    return bad_method_request(
        f"The requested authentication method id of [{key}] matches the user's current default authentication method, "
        "and cannot be deleted until the default authentication method is changed"
    )


def not_assignable(name: str) -> GraphRefusalError:
    """400: roles go to role-assignable groups only; its wording is not documented."""
    return bad_directory_request(f"The group '{name}' cannot be assigned a role: isAssignableToRole is not set.")


def conflicting_object(status: int) -> GraphRefusalError:
    """400 or 409: the role assignment exists already; no source settles which."""
    code = "Request_BadRequest" if status == 400 else "Request_Conflict"  # noqa: PLR2004 - the two readings
    message = "A conflicting object with one or more of the specified property values is present in the directory."
    return GraphRefusalError(status, code, message)


def no_premium_license() -> GraphRefusalError:
    """400: PIM's paths in a tenant without the licence for them; its wording is not documented."""
    message = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
    return GraphRefusalError(400, "AadPremiumLicenseRequired", message)


def bad_request(message: str) -> GraphRefusalError:
    """400 of Graph's own gateway."""
    return GraphRefusalError(400, "BadRequest", message)


def bad_directory_request(message: str) -> GraphRefusalError:
    """400 of the directory's service."""
    return GraphRefusalError(400, "Request_BadRequest", message)


def unsupported_query(message: str) -> GraphRefusalError:
    """400: an advanced query without ConsistencyLevel and $count, or one that is not offered at all."""
    return GraphRefusalError(400, "Request_UnsupportedQuery", message)


def unwanted_ampersand() -> GraphRefusalError:
    """400 of v1.0 for an encoded ampersand in $search (Graph's known issue 18185); its code is not documented."""
    return bad_request("Unrecognized query argument specified: ''.")


def too_many_requests(app_id: str, tenant_id: str, wait: int, *, writes: bool = False) -> GraphRefusalError:
    """429 with the headers of the throttling guidance."""
    headers = {
        "Retry-After": str(wait),
        "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{app_id}/{tenant_id}",
        "x-ms-throttle-information": "WriteLimitExceeded" if writes else "ResourceUnitLimitExceeded",
    }
    return GraphRefusalError(429, "TooManyRequests", "Too many requests.", headers=headers)


def failed_dependency(key: str) -> GraphRefusalError:
    """424: a member of a batch depends on one that failed."""
    return GraphRefusalError(424, "FailedDependency", f"The request failed because request '{key}' failed.")


_FAULTS = {
    429: ("TooManyRequests", "Too many requests."),
    500: ("InternalServerError", "An internal server error has occurred."),
    502: ("BadGateway", "The gateway received an invalid answer."),
    503: ("ServiceUnavailable", "The service is temporarily unavailable."),
    504: ("GatewayTimeout", "The gateway did not receive an answer in time."),
}


def failure(status: int, retry_after: str | None) -> GraphRefusalError:
    """Return what a fault answers."""
    code, message = _FAULTS.get(status, ("UnknownError", "An error occurred."))
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    return GraphRefusalError(status, code, message, headers=headers)
