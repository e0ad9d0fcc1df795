metadata description = 'The two user-assigned identities: one acts on Microsoft Graph, the other reads the audit log.'

@description('Azure region.')
param location string

@description('What the names of the resources are made from.')
@minLength(3)
param name string

@description('Tags of every resource.')
param tags object

resource reset 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}-reset'
  location: location
  tags: tags
}

resource audit 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: 'id-${name}-audit'
  location: location
  tags: tags
}

@description('An identity, as the other modules know it: resource id, client id (by which the app asks for its tokens), and the object id of its service principal (to which permissions and roles are given).')
@export()
type identity = {
  id: string
  clientId: string
  principalId: string
}

@description('Resets, revokes, reads people and roles; reaches the storage account and the telemetry as well.')
output reset identity = {
  id: reset.id
  clientId: reset.properties.clientId
  principalId: reset.properties.principalId
}

@description('Reads the audit log, and mails the report where that is granted.')
output audit identity = {
  id: audit.id
  clientId: audit.properties.clientId
  principalId: audit.properties.principalId
}
