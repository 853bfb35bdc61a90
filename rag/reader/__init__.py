"""The reader: a small transformer that reads a question and a passage together. It is trained by rag.reader.train."""
