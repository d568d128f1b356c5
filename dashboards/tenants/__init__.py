"""What a tenant is shown of its own equipment, what it answers, and nothing that is another tenant's."""
