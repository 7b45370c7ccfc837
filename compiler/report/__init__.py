"""What a user reads: findings, plans and outcomes, one renderer per format."""
