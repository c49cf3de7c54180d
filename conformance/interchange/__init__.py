"""Traffic that other tools have kept, and recordings for other tools: mitmproxy's flow files, and HAR."""
