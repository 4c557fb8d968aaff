"""The native client: everything the customer's page does, and what a web page cannot."""
