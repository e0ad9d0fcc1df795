metadata description = 'MFA Desk in a resource group of its own: storage, identities, telemetry, the function app and what it may do.'

targetScope = 'subscription'

// --- where ------------------------------------------------------------------------------------------------------------

@description('Name of this desk; the names of its resources are made from it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Azure region; one that offers Flex Consumption.')
@minLength(1)
param location string

@description('Tags of every resource.')
param tags object = {}

// --- the directory ----------------------------------------------------------------------------------------------------

@description('Whether this deployment makes the application and the Graph permissions as well. false: somebody else deploys directory.bicep and tells the two ids below. Not in sovereign clouds, where Bicep has no Graph extension.')
param deployDirectory bool = true

@description('Client id of the application, where directory.bicep was deployed alone; until it is known nobody is let in over HTTP.')
param signInClientId string = ''

@description('Object id of its enterprise application, where directory.bicep was deployed alone.')
param enterpriseAppId string = ''

@description('Name of the application, unique in the tenant.')
@minLength(3)
@maxLength(64)
param applicationName string = 'mfa-desk-${environmentName}'

@description('Address of Microsoft Graph; empty: that of this cloud. To be given for the US Government DoD cloud.')
param graphEndpoint string = ''

// --- who may, and what ------------------------------------------------------------------------------------------------

@description('Object ids of the service principals of other systems that put requests on the queue: they may write to it, and nothing else.')
param producerPrincipalIds string[] = []

@description('Object ids or user principal names of break-glass accounts: nobody resets them.')
param protectedUsers string[] = []

@description('Whether setPerUserMfa is switched on; takes Policy.ReadWrite.AuthenticationMethod, which rewrites the policies of the whole tenant.')
param perUserMfa bool = false

@description('Whether issueTemporaryAccessPass is switched on: a pass is a sign-in as that person.')
param temporaryAccessPass bool = false

@description('When a privileged target takes a second person: through the queue, or always.')
@allowed(['queue', 'always'])
param secondPerson string = 'queue'

@description('The fields that every request must have.')
@allowed(['reason', 'ticket', 'verification'])
param demandedFields array = []

@description('How long a request waits for approval, as [days.]hh:mm:ss.')
@minLength(8)
param approvalLifetime string = '08:00:00'

@description('Older requests are refused, as [days.]hh:mm:ss.')
@minLength(8)
param maxRequestAge string = '1.00:00:00'

@description('How long a run has a request to itself, as hh:mm:ss.')
@minLength(8)
param runLease string = '00:05:00'

@description('How often open requests are looked after, as NCRONTAB.')
@minLength(11)
param sweepSchedule string = '30 * * * * *'

// --- audit and report -------------------------------------------------------------------------------------------------

@description('When the audit log is harvested, as NCRONTAB.')
@minLength(11)
param harvestSchedule string = '0 */5 * * * *'

@description('When the report of the day before is written, as NCRONTAB in UTC.')
@minLength(11)
param reportSchedule string = '0 0 6 * * *'

@description('Time zone in which the days of the reports begin, as the IANA calls it.')
@minLength(3)
param timeZone string = 'UTC'

@description('Mailbox from which the report is mailed; empty: it is not mailed.')
param reportMailFrom string = ''

@description('Mail addresses that receive the report.')
param reportMailTo string[] = []

@description('Whether the audit identity is granted Mail.Send on Graph, as every mailbox; false: grant it in Exchange for the one.')
param grantMailSend bool = false

@description('How far back Entra serves its audit log, as days.hh:mm:ss: 7 days without Entra ID P1.')
@allowed(['7.00:00:00', '30.00:00:00'])
param entraAuditRetention string = '30.00:00:00'

@description('How long the desk keeps audit events, as days.hh:mm:ss.')
@minLength(8)
param auditRetention string = '400.00:00:00'

@description('How long an event may take to show before it counts as late, as hh:mm:ss.')
@minLength(8)
param harvestSettle string = '00:05:00'

@description('After how long every hour is read again, as hh:mm:ss.')
@minLength(8)
param harvestAgainAfter string = '03:00:00'

@description('How long one run of the harvest may take, as hh:mm:ss; functionTimeout in host.json is 10 minutes.')
@minLength(8)
param harvestBudget string = '00:04:00'

// --- how large, how private, whom to tell -----------------------------------------------------------------------------

@description('Version of Python. The tests run on 3.11.')
@allowed(['3.11', '3.12', '3.13'])
param pythonVersion string = '3.11'

@description('Memory of an instance, in MiB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('How many instances there may be at once, for all functions.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('How many instances stand ready for HTTP calls all the time; 0: the first caller waits for a cold start.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int = 0

@description('How many HTTP calls one instance takes at once.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 16

@description('How many copies of the data there are, and where.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Whether a lock keeps the storage account, and so the record of who reset whom, from being deleted.')
param lockRecords bool = true

@description('Whether the storage account is reached through private endpoints alone. Producers then need a way into the network.')
param privateNetwork bool = false

@description('Address range of the network, as CIDR; a /24 or larger.')
@minLength(9)
param networkPrefix string = '10.71.0.0/24'

@description('Mail addresses that are told of alerts.')
param alertEmails string[] = []

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param logRetentionInDays int = 90

// --- names ------------------------------------------------------------------------------------------------------------

var token = uniqueString(subscription().id, environmentName, location)
var name = 'mfadesk-${environmentName}'
var allTags = union(tags, { 'azd-env-name': environmentName })
var queueNames = loadJsonContent('queues.json')
var tableNames = loadJsonContent('tables.json')
// The address of Microsoft Graph is not among what environment() tells (national cloud deployments, Graph documentation).
var graphEndpoints = {
  AzureCloud: 'https://graph.microsoft.com'
  AzureUSGovernment: 'https://graph.microsoft.us'
  AzureChinaCloud: 'https://microsoftgraph.chinacloudapi.cn'
}

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: 'rg-${name}'
  location: location
  tags: allTags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: {
    location: location
    name: name
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    name: name
    tags: allTags
    retentionInDays: logRetentionInDays
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    accountName: 'stmfadesk${token}'
    tags: allTags
    sku: storageSku
    queueNames: concat(queueNames.worked, queueNames.written)
    tableNames: tableNames
    isPrivate: privateNetwork
    isLocked: lockRecords
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    location: location
    name: name
    tags: allTags
    addressPrefix: networkPrefix
    storageAccountId: storage.outputs.id
  }
}

// Before the app: it starts with them.
module access 'modules/access.bicep' = {
  name: 'access'
  scope: group
  params: {
    storageAccountName: storage.outputs.name
    insightsName: monitoring.outputs.insightsName
    resetPrincipalId: identities.outputs.reset.principalId
    workedQueues: queueNames.worked
    writtenQueues: queueNames.written
    requestQueue: queueNames.names.requests
    producerPrincipalIds: producerPrincipalIds
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    location: location
    planName: 'plan-${name}'
    appName: 'func-${name}-${token}'
    tags: allTags
    serviceName: 'desk'
    reset: identities.outputs.reset
    audit: identities.outputs.audit
    packagesUri: storage.outputs.packagesUri
    pythonVersion: pythonVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyHttp: alwaysReadyHttp
    httpConcurrency: httpConcurrency
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
  }
  dependsOn: [access]
}

module directory 'directory.bicep' = if (deployDirectory) {
  name: 'directory'
  scope: group
  params: {
    applicationName: applicationName
    hostName: app.outputs.hostName
    resetPrincipalId: identities.outputs.reset.principalId
    auditPrincipalId: identities.outputs.audit.principalId
    perUserMfa: perUserMfa
    sendMail: grantMailSend
  }
}

module configuration 'modules/configuration.bicep' = {
  name: 'configuration'
  scope: group
  params: {
    appName: app.outputs.name
    reset: identities.outputs.reset
    audit: identities.outputs.audit
    storage: {
      blobUri: storage.outputs.blobUri
      queueUri: storage.outputs.queueUri
      tableUri: storage.outputs.tableUri
    }
    insightsConnectionString: monitoring.outputs.connectionString
    graphEndpoint: empty(graphEndpoint) ? graphEndpoints[environment().name] : graphEndpoint
    signInClientId: deployDirectory ? directory!.outputs.signInClientId : signInClientId
    enterpriseAppId: deployDirectory ? directory!.outputs.enterpriseAppId : enterpriseAppId
    queues: queueNames.names
    rules: {
      furtherActions: join(
        concat(perUserMfa ? ['setPerUserMfa'] : [], temporaryAccessPass ? ['issueTemporaryAccessPass'] : []),
        ' '
      )
      protectedUsers: join(protectedUsers, ' ')
      secondPerson: secondPerson
      demandedFields: join(demandedFields, ' ')
      approvalLifetime: approvalLifetime
      maxRequestAge: maxRequestAge
      runLease: runLease
      sweepSchedule: sweepSchedule
      harvestSchedule: harvestSchedule
      reportSchedule: reportSchedule
      timeZone: timeZone
      reportMailFrom: reportMailFrom
      reportMailTo: join(reportMailTo, ' ')
      entraAuditRetention: entraAuditRetention
      auditRetention: auditRetention
      harvestSettle: harvestSettle
      harvestAgainAfter: harvestAgainAfter
      harvestBudget: harvestBudget
    }
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    name: name
    tags: allTags
    insightsId: monitoring.outputs.insightsId
    emails: alertEmails
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    location: location
    name: name
    tags: allTags
    insightsId: monitoring.outputs.insightsId
  }
}

// --- what the operator needs next -------------------------------------------------------------------------------------

@description('Address of the desk.')
output endpoint string = 'https://${app.outputs.hostName}'

@description('Address of the queue on which other systems put requests.')
output requestQueueUrl string = '${storage.outputs.queueUri}${queueNames.names.requests}'

@description('Address of the queue on which the endings are announced.')
output resultQueueUrl string = '${storage.outputs.queueUri}${queueNames.names.results}'

@description('Client id of the application that people sign in to; empty until the directory part is there.')
output signInClientId string = deployDirectory ? directory!.outputs.signInClientId : signInClientId

@description('The command that gets a token for the desk.')
output tokenCommand string = 'az account get-access-token --query accessToken --output tsv --scope api://${tenant().tenantId}/${applicationName}/.default'

@description('Name of the resource group.')
output resourceGroupName string = group.name

@description('Host name of the app, for directory.bicep.')
output hostName string = app.outputs.hostName

@description('Object id of the service principal of the identity that acts, for directory.bicep.')
output resetPrincipalId string = identities.outputs.reset.principalId

@description('Object id of the service principal of the identity that reads the audit log, for directory.bicep.')
output auditPrincipalId string = identities.outputs.audit.principalId
