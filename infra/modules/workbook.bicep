metadata description = 'The page of the desk in the Azure portal: what came, what became of it, how the harvest goes.'

@description('Azure region.')
param location string

@description('What the name of the workbook is made from.')
@minLength(3)
param name string

@description('Tags of every resource.')
param tags object

@description('Resource id of the Application Insights component that it asks.')
param insightsId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, name, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: 'MFA Desk'
    serializedData: loadTextContent('../workbook.json')
    sourceId: insightsId
    version: '1.0'
  }
}
