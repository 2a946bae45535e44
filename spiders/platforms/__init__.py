"""One file a platform: its addresses, its readers, its pace. The file's stem is the platform's name."""
