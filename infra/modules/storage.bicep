metadata description = 'The storage account: queues, tables and the deployed package. Nobody has a key to it.'

@description('Azure region.')
param location string

@description('Name of the account, unique in the cloud.')
@minLength(3)
@maxLength(24)
param accountName string

@description('Tags of every resource.')
param tags object

@description('How many copies there are, and where.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param sku string

@description('Names of the queues.')
@minLength(1)
param queueNames string[]

@description('Names of the tables; those of the audit events, one a month, the app makes itself.')
@minLength(1)
param tableNames string[]

@description('Whether the account is reached through private endpoints alone.')
param isPrivate bool

@description('Whether a lock keeps the account, and so the record of who reset whom, from being deleted.')
param isLocked bool

@description('Resource id of the Log Analytics workspace that keeps who wrote to the queues.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: accountName
  location: location
  tags: tags
  sku: { name: sku }
  kind: 'StorageV2'
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
    deleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: 'packages'
  properties: { publicAccess: 'None' }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queueName in queueNames: {
    parent: queueService
    name: queueName
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for tableName in tableNames: {
    parent: tableService
    name: tableName
  }
]

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (isLocked) {
  name: 'record-of-resets'
  scope: account
  properties: {
    level: 'CanNotDelete'
    notes: 'The ledger and the audit log of MFA Desk are in here.'
  }
}

// Whose message it was, the ledger cannot tell: a queue has no sender. The storage account knows.
resource writers 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'queue-writers'
  scope: queueService
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
    ]
  }
}

@description('Name of the account.')
output name string = account.name

@description('Resource id of the account.')
output id string = account.id

@description('Address of the blobs.')
output blobUri string = account.properties.primaryEndpoints.blob

@description('Address of the queues.')
output queueUri string = account.properties.primaryEndpoints.queue

@description('Address of the tables.')
output tableUri string = account.properties.primaryEndpoints.table

@description('Address of the container that holds the deployed package.')
output packagesUri string = '${account.properties.primaryEndpoints.blob}${packages.name}'
