#!/usr/bin/env python3
"""Writes routes.txt anew: which operation a path means, for the services that speak REST.

Read from botocore's descriptions of the services, which come with the emulator. Prints the table; run it as
`target/test-tools/moto/bin/python tests/it/support/stand_in/routes.py > tests/it/support/stand_in/routes.txt`.
A line: IAM prefix, method, path, operation. Parameters stand in braces under their names on the wire.
"""

import botocore.session

# botocore's name: the IAM prefix.
SERVICES = {
    "accessanalyzer": "access-analyzer",
    "account": "account",
    "apigateway": "apigateway",
    "apigatewayv2": "apigateway",
    "backup": "backup",
    "lambda": "lambda",
    "xray": "xray",
}

session = botocore.session.Session()
lines = set()
for service, prefix in SERVICES.items():
    model = session.get_service_model(service)
    for name in model.operation_names:
        http = model.operation_model(name).http
        lines.add(f"{prefix} {http['method']} {http['requestUri']} {name}")
print("\n".join(sorted(lines)))
