"""The embedded AWS: a CloudFormation and StackSets of our own under moto's API layer."""
