"""Pictures of what the verifier found, as text and as SVG."""
