"""Claims that link exact algebra and float weights: certificates, the checker, the command line."""
