"""Second opinions on certificates, by other systems than Python."""
