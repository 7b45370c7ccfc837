"""The sandbox's CloudFormation and StackSets: templates in, resources made through handlers."""
