"""The globe, drawn without asking anybody for a map."""
