"""SLA clocks: how long a ticket may take to be accepted, reached and mended, and who is told when it takes longer."""
