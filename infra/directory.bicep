// A part of main.bicep, or deployed alone, into the resource group, by whoever administers the directory.
metadata description = 'What the desk is in Microsoft Entra ID: the application that people sign in to, its app roles, and the Graph permissions of the two identities.'

extension microsoftGraphV1

@description('Name of the application, unique in the tenant; deploying again under the same name changes that one.')
@minLength(3)
param applicationName string = 'mfa-desk'

@description('Host name of the function app.')
@minLength(4)
param hostName string

@description('Object id of the service principal of the identity that acts.')
@minLength(36)
@maxLength(36)
param resetPrincipalId string

@description('Object id of the service principal of the identity that reads the audit log.')
@minLength(36)
@maxLength(36)
param auditPrincipalId string

@description('Whether setPerUserMfa is switched on: then the acting identity may rewrite every authentication method policy of the tenant.')
param perUserMfa bool = false

@description('Whether the audit identity may send mail, as everybody: rather grant it for one mailbox, in Exchange.')
param sendMail bool = false

var permissions = loadJsonContent('graph-permissions.json')
var resetPermissions = concat(
  permissions.reset.always,
  perUserMfa ? permissions.reset.setPerUserMfa : permissions.reset.showPerUserMfa
)
var auditPermissions = concat(permissions.audit.always, sendMail ? permissions.audit.sendMail : [])
var authorities = [
  {
    value: 'MfaDesk.Auditor'
    displayName: 'Auditor'
    description: 'Reads requests, histories, reports and delegations; changes nothing.'
  }
  {
    value: 'MfaDesk.Operator'
    displayName: 'Operator'
    description: 'Resets people without a directory role, or with one that an Authentication Administrator may reset.'
  }
  {
    value: 'MfaDesk.PrivilegedOperator'
    displayName: 'Privileged operator'
    description: 'Resets everybody who is not protected, and approves what takes a second person.'
  }
]
// Microsoft Graph, and the Azure CLI: the same in every tenant.
var graphAppId = '00000003-0000-0000-c000-000000000000'
var azureCliAppId = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
var scopeId = guid(applicationName, 'user_impersonation')

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: graphAppId
}

resource application 'Microsoft.Graph/applications@v1.0' = {
  uniqueName: applicationName
  displayName: 'MFA Desk'
  description: 'Resets people\'s MFA, and says who asked for it.'
  signInAudience: 'AzureADMyOrg'
  identifierUris: ['api://${tenant().tenantId}/${applicationName}']
  // Directory roles in the token are how the desk knows an Authentication Administrator over HTTP.
  groupMembershipClaims: 'DirectoryRole'
  optionalClaims: { accessToken: [{ name: 'idtyp' }] }
  api: {
    requestedAccessTokenVersion: 2
    oauth2PermissionScopes: [
      {
        id: scopeId
        value: 'user_impersonation'
        type: 'User'
        isEnabled: true
        adminConsentDisplayName: 'Use MFA Desk'
        adminConsentDescription: 'Use MFA Desk in the name of whoever has signed in.'
      }
    ]
    preAuthorizedApplications: [
      {
        appId: azureCliAppId
        delegatedPermissionIds: [scopeId]
      }
    ]
  }
  appRoles: [
    for authority in authorities: {
      id: guid(applicationName, authority.value)
      value: authority.value
      displayName: authority.displayName
      description: authority.description
      allowedMemberTypes: ['User', 'Application']
      isEnabled: true
    }
  ]
  web: {
    homePageUrl: 'https://${hostName}/console'
    redirectUris: ['https://${hostName}/.auth/login/aad/callback']
    implicitGrantSettings: { enableIdTokenIssuance: true }
  }
  // Nobody adds a credential to its service principal: whoever could, would be the desk.
  servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true }
}

// Signing in takes no secret either: the app proves itself by the identity that it runs with.
resource trust 'Microsoft.Graph/applications/federatedIdentityCredentials@v1.0' = {
  name: '${application.uniqueName}/app-service-authentication'
  audiences: ['api://AzureADTokenExchange']
  issuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
  subject: resetPrincipalId
}

resource enterpriseApplication 'Microsoft.Graph/servicePrincipals@v1.0' = {
  appId: application.appId
  // Without an app role nobody even has a token.
  appRoleAssignmentRequired: true
  tags: ['WindowsAzureActiveDirectoryIntegratedApp']
}

resource consent 'Microsoft.Graph/oauth2PermissionGrants@v1.0' = {
  clientId: enterpriseApplication.id
  consentType: 'AllPrincipals'
  resourceId: graph.id
  scope: 'openid profile email'
}

resource resetGrants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in resetPermissions: {
    appRoleId: filter(graph.appRoles, role => role.value == permission && contains(role.allowedMemberTypes, 'Application'))[0].id
    principalId: resetPrincipalId
    resourceId: graph.id
  }
]

resource auditGrants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for permission in auditPermissions: {
    appRoleId: filter(graph.appRoles, role => role.value == permission && contains(role.allowedMemberTypes, 'Application'))[0].id
    principalId: auditPrincipalId
    resourceId: graph.id
  }
]

@description('Client id of the application, for the parameter signInClientId of main.bicep.')
output signInClientId string = application.appId

@description('Object id of the enterprise application, for the parameter enterpriseAppId of main.bicep.')
output enterpriseAppId string = enterpriseApplication.id

@description('What a token for the desk is asked for.')
output tokenResource string = application.identifierUris[0]
