"""What the services say to each other: frozen, time-aware, and only ever added to."""
