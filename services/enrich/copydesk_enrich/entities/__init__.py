"""Names in the text: found by a backend, made canonical by plain rules and a gazetteer."""
