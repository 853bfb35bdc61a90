"""Reading a question as a news reader does: what it asks, of whom, of when, and what it leans on."""
