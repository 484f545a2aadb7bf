"""Plans become pull requests and tickets, once each."""
