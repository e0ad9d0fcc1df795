metadata description = 'Who reaches what in the storage account and the telemetry: each no more than its work takes.'

@description('Name of the storage account.')
param storageAccountName string

@description('Name of the Application Insights component.')
param insightsName string

@description('Object id of the service principal of the identity that acts.')
param resetPrincipalId string

@description('Names of the queues of which the app takes messages, and puts some back.')
param workedQueues string[]

@description('Names of the queues to which the app only writes.')
param writtenQueues string[]

@description('Name of the queue on which other systems put requests.')
param requestQueue string

@description('Object ids of the service principals of other systems that put requests on the queue.')
param producerPrincipalIds string[]

// Azure's built-in roles: their ids are the same in every tenant.
var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var storageQueueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var storageQueueDataMessageSender = 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
var storageTableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var monitoringMetricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' existing = {
  parent: account
  name: 'default'
}

resource worked 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = [
  for queueName in workedQueues: {
    parent: queueService
    name: queueName
  }
]

resource written 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = [
  for queueName in writtenQueues: {
    parent: queueService
    name: queueName
  }
]

resource requests 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = {
  parent: queueService
  name: requestQueue
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

// The host keeps its locks, its timers and the package in blobs (Azure Functions: identity-based connections).
resource hostsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, resetPrincipalId, storageBlobDataOwner)
  scope: account
  properties: {
    principalId: resetPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)
  }
}

// The whole account: the tables of the audit events are made, and deleted, month by month.
resource ledger 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, resetPrincipalId, storageTableDataContributor)
  scope: account
  properties: {
    principalId: resetPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageTableDataContributor)
  }
}

// Contributor, since Message Processor may not change how long a message stays out of sight, which the trigger does
// while it works on one and when it gives it back.
resource workers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queueName, i) in workedQueues: {
    name: guid(account.id, queueName, resetPrincipalId, storageQueueDataContributor)
    scope: worked[i]
    properties: {
      principalId: resetPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataContributor)
    }
  }
]

resource announcers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queueName, i) in writtenQueues: {
    name: guid(account.id, queueName, resetPrincipalId, storageQueueDataMessageSender)
    scope: written[i]
    properties: {
      principalId: resetPrincipalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataMessageSender)
    }
  }
]

resource producers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principalId in producerPrincipalIds: {
    name: guid(account.id, requestQueue, principalId, storageQueueDataMessageSender)
    scope: requests
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageQueueDataMessageSender)
    }
  }
]

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, resetPrincipalId, monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: resetPrincipalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', monitoringMetricsPublisher)
  }
}
