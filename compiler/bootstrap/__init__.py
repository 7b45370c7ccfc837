"""
What an account needs before the first deploy: roles with least privilege, and artifact buckets.

From a compiled migration to templates of its own, which the deployer brings to AWS like any other.
It reads manifests and templates, and what cfn-lint knows of handlers and of IAM. Only `run` asks
AWS, through the deployer's port; the rest is pure.
"""
