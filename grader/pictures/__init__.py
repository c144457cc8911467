"""Pictures of measures: server-made SVG, each with a sentence and a text form."""
