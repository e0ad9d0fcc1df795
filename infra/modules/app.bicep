metadata description = 'The Flex Consumption plan and the function app. What it is told stands in configuration.bicep.'

import { identity } from 'identities.bicep'

@description('Azure region.')
param location string

@description('Name of the plan.')
param planName string

@description('Name of the app, unique in the cloud: its address begins with it.')
@minLength(2)
@maxLength(60)
param appName string

@description('Tags of every resource.')
param tags object

@description('The name by which azure.yaml knows this app.')
param serviceName string

@description('The identity that acts; the package is read with it.')
param reset identity

@description('The identity that reads the audit log.')
param audit identity

@description('Address of the container that holds the deployed package.')
param packagesUri string

@description('Version of Python. The tests run on 3.11.')
@allowed(['3.11', '3.12', '3.13'])
param pythonVersion string

@description('Memory of an instance, in MiB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('How many instances there may be at once, for all functions.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('How many instances stand ready for HTTP calls all the time; 0: the first caller waits for a cold start.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int

@description('How many HTTP calls one instance takes at once; they wait for Graph most of their time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int

@description('Resource id of the subnet from which the app goes out; empty: straight to the internet.')
param subnetId string

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: appName
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${reset.id}': {}
      '${audit.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packagesUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: reset.id
          }
        }
      }
      runtime: { name: 'python', version: pythonVersion }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyHttp == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttp }]
        triggers: { http: { perInstanceConcurrency: httpConcurrency } }
      }
    }
    siteConfig: {
      ftpsState: 'Disabled'
      http20Enabled: true
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
  }
}

// Publishing goes by identity (azd, or the workflow's federated credential), never by a password.
resource ftp 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scm 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

@description('Name of the app.')
output name string = app.name

@description('Resource id of the app.')
output id string = app.id

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
