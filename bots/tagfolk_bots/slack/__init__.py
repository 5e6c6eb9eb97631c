"""The Slack transport: events in, answers out. What a question means is the conversation's business alone."""
