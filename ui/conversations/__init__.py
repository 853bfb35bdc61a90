"""Conversations that are kept: their files, their export, and what people said of their answers."""
