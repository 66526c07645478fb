"""Who somebody is: officers, and what proves it. No passwords; secrets are kept as hashes."""
