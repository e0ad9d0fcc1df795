"""A simulated Entra tenant: Microsoft Graph and the App Service token endpoint over HTTP, never kinder than Graph."""
