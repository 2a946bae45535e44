"""Tables, views, migrations, batched writing, the archive: save once, observe often."""
