metadata description = 'What the app is told: its settings, and App Service Authentication in front of its HTTP triggers.'

import { identity } from 'identities.bicep'

type storageAddresses = {
  blobUri: string
  queueUri: string
  tableUri: string
}

type queueNames = {
  requests: string
  results: string
  reports: string
  bulk: string
}

type operatorRules = {
  furtherActions: string
  protectedUsers: string
  secondPerson: string
  demandedFields: string
  approvalLifetime: string
  maxRequestAge: string
  runLease: string
  sweepSchedule: string
  harvestSchedule: string
  reportSchedule: string
  timeZone: string
  reportMailFrom: string
  reportMailTo: string
  entraAuditRetention: string
  auditRetention: string
  harvestSettle: string
  harvestAgainAfter: string
  harvestBudget: string
}

@description('Name of the function app.')
param appName string

@description('The identity that acts, and that reaches storage and telemetry.')
param reset identity

@description('The identity that reads the audit log.')
param audit identity

@description('Addresses of the storage account.')
param storage storageAddresses

@description('Connection string of Application Insights, which lets nobody in by itself.')
param insightsConnectionString string

@description('Address of Microsoft Graph in this cloud.')
param graphEndpoint string

@description('Client id of the application that people sign in to; empty: nobody is let in over HTTP.')
param signInClientId string

@description('Object id of its enterprise application, of which the app roles are read.')
param enterpriseAppId string

@description('Names of the queues.')
param queues queueNames

@description('What the operator decides; main.bicep says what each is for.')
param rules operatorRules

var signsIn = !empty(signInClientId)
// By this name App Service knows that the application is proven by an identity, and not by a secret.
var assertionSetting = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: appName
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: {
    // Of the platform.
    AzureWebJobsStorage__blobServiceUri: storage.blobUri
    AzureWebJobsStorage__queueServiceUri: storage.queueUri
    AzureWebJobsStorage__tableServiceUri: storage.tableUri
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: reset.clientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${reset.clientId};Authorization=AAD'
    OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID: reset.clientId
    WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId

    // Of the desk.
    DeskStorage__queueServiceUri: storage.queueUri
    DeskStorage__tableServiceUri: storage.tableUri
    DeskStorage__credential: 'managedidentity'
    DeskStorage__clientId: reset.clientId
    REQUEST_QUEUE: queues.requests
    RESULT_QUEUE: queues.results
    REPORT_QUEUE: queues.reports
    BULK_QUEUE: queues.bulk
    GRAPH_ENDPOINT: graphEndpoint
    TENANT_ID: tenant().tenantId
    ENTERPRISE_APP_ID: enterpriseAppId
    RESET_IDENTITY_CLIENT_ID: reset.clientId
    RESET_IDENTITY_PRINCIPAL_ID: reset.principalId
    AUDIT_IDENTITY_CLIENT_ID: audit.clientId
    FURTHER_ACTIONS: rules.furtherActions
    PROTECTED_USERS: rules.protectedUsers
    SECOND_PERSON: rules.secondPerson
    DEMANDED_FIELDS: rules.demandedFields
    APPROVAL_LIFETIME: rules.approvalLifetime
    MAX_REQUEST_AGE: rules.maxRequestAge
    RUN_LEASE: rules.runLease
    SWEEP_SCHEDULE: rules.sweepSchedule
    HARVEST_SCHEDULE: rules.harvestSchedule
    REPORT_SCHEDULE: rules.reportSchedule
    TIME_ZONE: rules.timeZone
    REPORT_MAIL_FROM: rules.reportMailFrom
    REPORT_MAIL_TO: rules.reportMailTo
    ENTRA_AUDIT_RETENTION: rules.entraAuditRetention
    AUDIT_RETENTION: rules.auditRetention
    HARVEST_SETTLE: rules.harvestSettle
    HARVEST_AGAIN_AFTER: rules.harvestAgainAfter
    HARVEST_BUDGET: rules.harvestBudget
  }
}

resource authentication 'Microsoft.Web/sites/config@2024-04-01' = if (signsIn) {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: {
      requireAuthentication: true
      // A program is told so; the console leads a person to the sign-in page itself.
      unauthenticatedClientAction: 'Return401'
      excludedPaths: ['/api/health', '/console', '/console/*']
    }
    httpSettings: { requireHttps: true }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          clientSecretSettingName: assertionSetting
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: [signInClientId] }
      }
    }
    login: {
      cookieExpiration: { convention: 'FixedTime', timeToExpiration: '08:00:00' }
      tokenStore: { enabled: false }
    }
  }
  dependsOn: [settings]
}
