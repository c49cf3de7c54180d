"""DynamoDB and its streams, as DynamoDB Local answers; what AWS gives instead is said by ``t.fails`` and by gaps."""
