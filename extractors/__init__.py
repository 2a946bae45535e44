"""What the text says: pure functions and spaCy components, without network, clock or database."""
