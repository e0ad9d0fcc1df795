using 'main.bicep'

// `azd env set <NAME> <value>` sets these; everything else of main.bicep can be set below in the same way.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'desk')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param deployDirectory = bool(readEnvironmentVariable('DEPLOY_DIRECTORY', 'true'))
param signInClientId = readEnvironmentVariable('SIGN_IN_CLIENT_ID', '')
param enterpriseAppId = readEnvironmentVariable('ENTERPRISE_APP_ID', '')
param protectedUsers = json(readEnvironmentVariable('PROTECTED_USERS', '[]'))
param alertEmails = json(readEnvironmentVariable('ALERT_EMAILS', '[]'))
param producerPrincipalIds = json(readEnvironmentVariable('PRODUCER_PRINCIPAL_IDS', '[]'))
