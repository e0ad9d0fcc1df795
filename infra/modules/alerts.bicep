metadata description = 'What somebody has to be told about, and by mail to whom. docs/operations.md says what to do.'

@description('Azure region.')
param location string

@description('What the names of the resources are made from.')
@minLength(3)
param name string

@description('Tags of every resource.')
param tags object

@description('Resource id of the Application Insights component.')
param insightsId string

@description('Mail addresses that are told; none: the alerts show in the portal alone.')
param emails string[]

var alerts = loadJsonContent('../alerts.json')

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${name}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'MFA Desk'
    emailReceivers: [
      for (email, i) in emails: {
        name: 'mail${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource rules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for alert in alerts: {
    name: 'alert-${name}-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'MFA Desk: ${alert.title}'
      description: alert.description
      severity: alert.severity
      enabled: true
      autoMitigate: false
      scopes: [insightsId]
      evaluationFrequency: alert.every
      windowSize: alert.window
      muteActionsDuration: alert.quiet
      criteria: {
        allOf: [
          {
            query: join(alert.query, '\n')
            timeAggregation: 'Count'
            operator: alert.operator
            threshold: alert.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]
