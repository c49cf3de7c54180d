make conform
