metadata description = 'Where the telemetry goes: Application Insights in a Log Analytics workspace, by identity alone.'

@description('Azure region.')
param location string

@description('What the names of the resources are made from.')
@minLength(3)
param name string

@description('Tags of every resource.')
param tags object

@description('How long logs are kept, in days.')
@minValue(30)
@maxValue(730)
param retentionInDays int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: 'log-${name}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionInDays
    features: { disableLocalAuth: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${name}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    DisableLocalAuth: true
    WorkspaceResourceId: workspace.id
  }
}

@description('Resource id of the workspace.')
output workspaceId string = workspace.id

@description('Name of the Application Insights component.')
output insightsName string = insights.name

@description('Resource id of the Application Insights component.')
output insightsId string = insights.id

// With local authentication off it lets nobody in: it says where, not who.
@description('Where telemetry is sent to.')
output connectionString string = insights.properties.ConnectionString
