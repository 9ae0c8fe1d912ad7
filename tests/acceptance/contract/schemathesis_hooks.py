import schemathesis

# What tus appends are bytes like any others.
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
# So is an archive: almost all that it makes up is damaged.
schemathesis.serializer.alias("application/x-tar", "application/octet-stream")
