"""The adapter: what turns the default chat model into one that points at the words that answer, or says none do."""
