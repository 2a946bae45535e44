"""Values as pages write them: counts, moments, plain text, addresses, ids."""
