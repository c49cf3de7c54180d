"""PartiQL for DynamoDB: from text to statements, and what statements do."""
