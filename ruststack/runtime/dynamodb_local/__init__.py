"""DynamoDB Local as a child of ours: found, started, watched, started again when it dies, stopped with us."""
