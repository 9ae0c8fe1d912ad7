import schemathesis

# What tus appends are bytes like any others.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
