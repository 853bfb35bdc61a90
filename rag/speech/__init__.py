"""Who says what: quotes and reported speech in articles, questions about them, and answers made of them."""
