"""The wire: datagrams become traps here, and answers go back."""
