"""A spec: strict YAML with positions, checked by the JSON Schema and by rules that no schema can express."""
