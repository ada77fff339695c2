#!/usr/bin/env python3
"""The Terraform of the deployment that Ledgerline was made for, from the same facts as fill.py and with the same planted faults:
writes `plan.json` (what `terraform show -json` says of the first plan) and `terraform.tfstate` (version 4, after the apply) into the
folder that is named. Attributes with their nulls, defaults and unknowns are those of the AWS provider 5.x. With a number behind the
folder it writes `large.json` too: a plan of that many resources, the deployment over and over in modules.
"""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from deployment import apigateway, budgets, cloudwatch, cognito, dynamodb, ec2, iam, kms, lambda_, logs, sns  # noqa: E402
from deployment.names import ACCESS_LOGS, API, BILLING_REGION, DOMAIN, FUNCTIONS, KEY_ALIAS, OWNED, POOL, PREFIX, REGION, TOPIC  # noqa: E402
from deployment.names import allow, document, is_planted, tags  # noqa: E402
from written import Block, Later, Resource, plan, refer, state  # noqa: E402

ACCOUNT = "313476888312"
MADE = []


def make(kind, name, written, filled=None, tagged=None, **more):
    if tagged is not None:
        written = {**written, "tags": tagged or None}
        filled = {**(filled or {}), "tags_all": tagged}
    MADE.append(Resource(kind, name, written, filled, **more))


def computed(arn, identity=None, **more):
    return {"arn": Later(arn), "id": Later(identity or arn.rsplit("/", 1)[-1]), **{key: Later(value) for key, value in more.items()}}


def arn(service, rest, region=REGION, account=ACCOUNT):
    return f"arn:aws:{service}:{region}:{account}:{rest}"


KEY = "00000000-0000-4000-8000-0000000000aa"
KEY_ARN = arn("kms", f"key/{KEY}")


def keys():
    make(
        "aws_kms_key",
        "data",
        {"description": "data of the deployment", "enable_key_rotation": True, "policy": kms.policy(ACCOUNT)},
        {
            **computed(KEY_ARN, KEY, key_id=KEY, multi_region=False, rotation_period_in_days=365),
            "bypass_policy_lockout_safety_check": False,
            "custom_key_store_id": None,
            "customer_master_key_spec": "SYMMETRIC_DEFAULT",
            "deletion_window_in_days": None,
            "is_enabled": True,
            "key_usage": "ENCRYPT_DECRYPT",
            "xks_key_id": None,
        },
        tags(kms.PLANTED, KEY_ALIAS, "map"),
    )
    make(
        "aws_kms_alias",
        "data",
        {"name": KEY_ALIAS, "target_key_id": refer("aws_kms_key.data", "key_id", KEY)},
        computed(arn("kms", KEY_ALIAS), KEY_ALIAS, name_prefix="", target_key_arn=KEY_ARN),
    )


def tables():
    for short, (key, indexes, ttl) in dynamodb.TABLES.items():
        name = PREFIX + short
        faulty = lambda rule: is_planted(dynamodb.PLANTED, rule, name)  # noqa: E731
        provisioned = faulty("dynamodb-table-provisioned")
        attributes = {key} | {attribute for pair in indexes.values() for attribute in pair}
        units = {"read_capacity": 5, "write_capacity": 5} if provisioned else {}
        on_demand = {"read_capacity": Later(0), "write_capacity": Later(0)}
        enabled = not faulty("dynamodb-table-pitr-disabled")
        make(
            "aws_dynamodb_table",
            short.replace("-", "_"),
            {
                "name": name,
                "billing_mode": "PROVISIONED" if provisioned else "PAY_PER_REQUEST",
                "hash_key": key,
                "deletion_protection_enabled": not faulty("dynamodb-table-deletion-unprotected"),
                "attribute": Block({"name": a, "type": dynamodb.kind(a)} for a in sorted(attributes)),
                "global_secondary_index": Block(
                    {
                        "hash_key": partition,
                        "name": index,
                        "non_key_attributes": [],
                        "on_demand_throughput": [],
                        "projection_type": "KEYS_ONLY",
                        "range_key": sort,
                        **(units or on_demand),
                    }
                    for index, (partition, sort) in sorted(indexes.items())
                ),
                "point_in_time_recovery": Block([{"enabled": enabled, "recovery_period_in_days": 35 if enabled else None}]),
                "server_side_encryption": Block([{"enabled": True, "kms_key_arn": Later(arn("kms", "key/00000000-0000-4000-8000-0000000000bb"))}]),
                "ttl": Block([{"attribute_name": ttl, "enabled": True}] if ttl and not faulty("dynamodb-table-ttl-disabled") else []),
                **units,
            },
            {
                **computed(arn("dynamodb", f"table/{name}"), name, stream_arn="", stream_label="", stream_view_type=""),
                **({} if units else on_demand),
                "import_table": [],
                "local_secondary_index": [],
                "on_demand_throughput": [],
                "range_key": None,
                "replica": [],
                "restore_date_time": None,
                "restore_source_name": None,
                "restore_source_table_arn": None,
                "restore_to_latest_time": None,
                "stream_enabled": None,
                "table_class": None,
                "timeouts": None,
            },
            tags(dynamodb.PLANTED, name, "map"),
        )


def role(block, name, trust, key=None):
    make(
        "aws_iam_role",
        block,
        {"name": name, "assume_role_policy": trust},
        {
            **computed(f"arn:aws:iam::{ACCOUNT}:role/{name}", name, create_date="2026-11-01T00:00:00Z", unique_id="AROAEXAMPLE", name_prefix=""),
            "description": None,
            "force_detach_policies": False,
            "inline_policy": Later([]),
            "managed_policy_arns": Later([]),
            "max_session_duration": 3600,
            "path": "/",
            "permissions_boundary": None,
        },
        tags(iam.PLANTED, name, "map"),
        key=key,
    )


def policy(block, name, text):
    make(
        "aws_iam_policy",
        block,
        {"name": name, "policy": text},
        {
            **computed(f"arn:aws:iam::{ACCOUNT}:policy/{name}", None, attachment_count=0, policy_id="ANPAEXAMPLE", name_prefix=""),
            "description": None,
            "path": "/",
        },
        tags(iam.PLANTED, name, "map"),
    )


def attach(block, role_block, role_name, policy_block, policy_name, key=None):
    names = [f"aws_iam_role.{role_block}"] + (["each.key"] if key else [])
    make(
        "aws_iam_role_policy_attachment",
        block,
        {"role": role_name, "policy_arn": refer(f"aws_iam_policy.{policy_block}", "arn", f"arn:aws:iam::{ACCOUNT}:policy/{policy_name}")},
        {"id": Later(f"{role_name}-1")},
        key=key,
        references_of={"role": names},
    )


def inline(block, role_name, name, text, key=None):
    make("aws_iam_role_policy", block, {"name": name, "role": role_name, "policy": text}, {"id": Later(f"{role_name}:{name}"), "name_prefix": Later("")}, key=key)


def identities():
    arns = dynamodb.table_arns(ACCOUNT)
    items = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"]
    items += ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    access = PREFIX + "lambda-dynamodb-access"
    policy("lambda_dynamodb_access", access, document(allow(items, arns), allow(["dynamodb:Query"], [one + "/index/*" for one in arns])))
    trust = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    for function, (short, _, _) in FUNCTIONS.items():
        name = PREFIX + short
        role("execution", name, trust, function)
        attach("execution", "execution", name, "lambda_dynamodb_access", access, function)
        group = arn("logs", f"log-group:/aws/lambda/{PREFIX}{function}")
        text = document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group + ":*"]))
        # The group's ARN is known after the apply, and with it the document.
        inline("execution", name, "logs", Later(text, "aws_cloudwatch_log_group.function", "each.key"), function)
    wide = is_planted(iam.PLANTED, "iam-policy-service-wildcard", PREFIX + "support-tools")
    policy("support_tools", PREFIX + "support-tools", document(allow(["dynamodb:*" if wide else "dynamodb:GetItem"], arns)))
    person = document({"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "sts:AssumeRole"})
    role("support", PREFIX + "support", person)
    attach("support", "support", PREFIX + "support", "support_tools", PREFIX + "support-tools")
    build = {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
    build["Condition"] = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    name = PREFIX + "deployment"
    role("deployment", name, document(build))
    passed = "*" if is_planted(iam.PLANTED, "iam-role-inline-pass-role-any", name) else f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}lambda-execution"
    update = allow(["lambda:UpdateFunctionCode"], arn("lambda", f"function:{PREFIX}user-profile-management"))
    update["Resource"] = [update["Resource"]]
    inline("deployment", name, "deploy", document(allow(["iam:PassRole"], [passed]), update))


def log_groups():
    for name, key in [(f"/aws/lambda/{PREFIX}{function}", function) for function in FUNCTIONS] + [(ACCESS_LOGS, None)]:
        long = is_planted(logs.PLANTED, "logs-group-retention-long", name)
        missing = is_planted(logs.PLANTED, "logs-group-retention-missing", name)
        make(
            "aws_cloudwatch_log_group",
            "function" if key else "access",
            {"name": name, "retention_in_days": 0 if missing else 30 if long else 7},
            {**computed(arn("logs", "log-group:" + name), name, log_group_class="STANDARD", name_prefix=""), "kms_key_id": None, "skip_destroy": False},
            tags(logs.PLANTED, name, "map"),
            key=key,
        )


def functions():
    for short, (role_short, runtime, variables) in FUNCTIONS.items():
        name = PREFIX + short
        if not is_planted(lambda_.PLANTED, "lambda-environment-secret", name):
            variables = [variable for variable in variables if "SECRET" not in variable]
        own = arn("lambda", f"function:{name}")
        make(
            "aws_lambda_function",
            "this",
            {
                "function_name": name,
                "runtime": runtime,
                "role": Later(f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}{role_short}", "aws_iam_role.execution", "each.key"),
                "handler": "index.handler",
                "filename": "function.zip",
                "timeout": 10,
                "memory_size": 256,
                "architectures": ["arm64"],
                "tracing_config": Block([{"mode": "Active"}]),
                "environment": Block([{"variables": {variable: "not-a-real-value" for variable in variables}}]),
            },
            {
                **computed(own, name, code_sha256="x", invoke_arn=arn("apigateway", f"lambda:path/2015-03-31/functions/{own}/invocations", account="lambda"), last_modified="2026-11-01T00:00:00.000+0000"),
                **{key: Later(value) for key, value in {"qualified_arn": own + ":$LATEST", "signing_job_arn": "", "source_code_size": 200, "version": "$LATEST"}.items()},
                "code_signing_config_arn": None,
                "dead_letter_config": [],
                "description": None,
                "ephemeral_storage": Later([{"size": 512}]),
                "file_system_config": [],
                "image_config": [],
                "image_uri": None,
                "kms_key_arn": None,
                "layers": None,
                "logging_config": Later([{"application_log_level": "", "log_format": "Text", "log_group": f"/aws/lambda/{name}", "system_log_level": ""}]),
                "package_type": "Zip",
                "publish": False,
                "reserved_concurrent_executions": -1,
                "s3_bucket": None,
                "s3_key": None,
                "skip_destroy": False,
                "snap_start": [],
                "source_code_hash": None,
                "vpc_config": [],
            },
            tags(lambda_.PLANTED, name, "map"),
            key=short,
        )


POOL_ID = REGION + "_Example01"
POOL_ARN = arn("cognito-idp", f"userpool/{POOL_ID}")


def users():
    make(
        "aws_cognito_user_pool",
        "users",
        {
            "name": POOL,
            "account_recovery_setting": Block([{"recovery_mechanism": Block([{"name": "verified_email", "priority": 1}])}]),
            "admin_create_user_config": Block([{"allow_admin_create_user_only": True, "invite_message_template": []}]),
            "auto_verified_attributes": ["email"],
            "deletion_protection": "ACTIVE",
            "mfa_configuration": "ON",
            "password_policy": Block(
                [
                    {
                        "minimum_length": 14,
                        "password_history_size": 5,
                        "require_lowercase": True,
                        "require_numbers": True,
                        "require_symbols": True,
                        "require_uppercase": True,
                        "temporary_password_validity_days": 1,
                    }
                ]
            ),
            "software_token_mfa_configuration": Block([{"enabled": True}]),
            "user_pool_add_ons": Block(
                [{"advanced_security_additional_flows": Block([{"custom_auth_mode": "ENFORCED"}]), "advanced_security_mode": "ENFORCED"}]
            ),
            "user_pool_tier": "PLUS",
            "username_attributes": ["email"],
        },
        {
            **computed(POOL_ARN, POOL_ID, creation_date="2026-11-01T00:00:00Z", custom_domain="", domain="", estimated_number_of_users=0),
            **{key: Later(value) for key, value in {"endpoint": "x", "last_modified_date": "2026-11-01T00:00:00Z"}.items()},
            "alias_attributes": None,
            "device_configuration": [],
            "email_configuration": [],
            "email_mfa_configuration": [],
            "email_verification_message": Later(""),
            "email_verification_subject": Later(""),
            "lambda_config": [],
            "schema": [],
            "sign_in_policy": Later([{"allowed_first_auth_factors": ["PASSWORD"]}]),
            "sms_authentication_message": None,
            "sms_configuration": Later([]),
            "sms_verification_message": Later(""),
            "user_attribute_update_settings": [],
            "username_configuration": [],
            "verification_message_template": Later([]),
            "web_authn_configuration": [],
        },
        OWNED,
    )
    pool = refer("aws_cognito_user_pool.users", "id", POOL_ID)
    for group in cognito.GROUPS:
        written = {"name": group, "description": f"{group}s of the deployment", "user_pool_id": pool}
        make("aws_cognito_user_group", "roles", written, {"id": Later(f"{POOL_ID}/{group}"), "precedence": None, "role_arn": None}, key=group)
    make(
        "aws_cognito_user_pool_client",
        "web",
        {
            "name": PREFIX + "web",
            "user_pool_id": pool,
            "generate_secret": True,
            "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
            "allowed_oauth_flows": ["code"],
            "allowed_oauth_flows_user_pool_client": True,
            "allowed_oauth_scopes": ["email", "openid"],
            "callback_urls": ["https://app-dev.diatonic.ai/callback"],
            "logout_urls": ["https://app-dev.diatonic.ai/"],
            "supported_identity_providers": ["COGNITO"],
            "prevent_user_existence_errors": "ENABLED",
            "enable_token_revocation": True,
            "access_token_validity": 60,
            "id_token_validity": 60,
            "refresh_token_validity": 30,
            "token_validity_units": Block([{"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"}]),
        },
        {
            "analytics_configuration": [],
            "auth_session_validity": Later(3),
            "client_secret": Later("not-a-real-client-secret"),
            "default_redirect_uri": Later(""),
            "enable_propagate_additional_user_context_data": Later(False),
            "id": Later("exampleclient"),
            "read_attributes": Later([]),
            "write_attributes": Later([]),
        },
    )


CERTIFICATE = arn("acm", "certificate/00000000-0000-4000-8000-0000000000cc")
API_ID = "c2n9uk1ovi"


def api():
    make(
        "aws_acm_certificate",
        "api",
        {"domain_name": DOMAIN, "key_algorithm": "EC_prime256v1", "validation_method": "DNS"},
        {
            **computed(CERTIFICATE, CERTIFICATE, not_after="2027-11-01T00:00:00Z", not_before="2026-11-01T00:00:00Z", status="ISSUED", type="AMAZON_ISSUED"),
            **{key: Later(value) for key, value in {"renewal_eligibility": "ELIGIBLE", "subject_alternative_names": [DOMAIN]}.items()},
            "certificate_authority_arn": None,
            "certificate_body": None,
            "certificate_chain": None,
            "private_key": None,
        },
        OWNED,
    )
    rest = refer("aws_api_gateway_rest_api.main", "id", API_ID)
    make(
        "aws_api_gateway_rest_api",
        "main",
        {
            "name": API,
            "description": "the deployment's API",
            "disable_execute_api_endpoint": True,
            "endpoint_configuration": Block([{"types": ["REGIONAL"], "vpc_endpoint_ids": Later([])}]),
        },
        {
            **computed(f"arn:aws:apigateway:{REGION}::/restapis/{API_ID}", API_ID, root_resource_id="rootrootro", created_date="2026-11-01T00:00:00Z"),
            **{key: Later(value) for key, value in {"execution_arn": "x", "api_key_source": "HEADER", "binary_media_types": [], "minimum_compression_size": "", "policy": ""}.items()},
            "body": None,
            "fail_on_warnings": None,
            "parameters": None,
            "put_rest_api_mode": None,
        },
        OWNED,
    )
    make(
        "aws_api_gateway_authorizer",
        "users",
        {
            "name": "users",
            "rest_api_id": rest,
            "type": "COGNITO_USER_POOLS",
            "provider_arns": [refer("aws_cognito_user_pool.users", "arn", POOL_ARN)],
        },
        {
            **computed(f"arn:aws:apigateway:{REGION}::/restapis/{API_ID}/authorizers/authid", "authid"),
            "authorizer_credentials": None,
            "authorizer_result_ttl_in_seconds": 300,
            "authorizer_uri": None,
            "identity_source": "method.request.header.Authorization",
            "identity_validation_expression": None,
        },
    )
    for path, (methods, short) in apigateway.ROUTES.items():
        here = Later(f"res{path}"[:10], f"aws_api_gateway_resource.{path}.id", f"aws_api_gateway_resource.{path}")
        make(
            "aws_api_gateway_resource",
            path,
            {"rest_api_id": rest, "parent_id": refer("aws_api_gateway_rest_api.main", "root_resource_id", "rootrootro"), "path_part": path},
            {"id": Later(f"res{path}"[:10]), "path": Later(f"/{path}")},
        )
        function = arn("lambda", f"function:{PREFIX}{short}")
        for method in methods:
            block = f"{path}_{method.lower()}"
            make(
                "aws_api_gateway_method",
                block,
                {
                    "rest_api_id": rest,
                    "resource_id": here,
                    "http_method": method,
                    "authorization": "COGNITO_USER_POOLS",
                    "authorizer_id": refer("aws_api_gateway_authorizer.users", "id", "authid"),
                },
                {
                    "api_key_required": False,
                    "authorization_scopes": None,
                    "id": Later(f"agm-{API_ID}-{path}-{method}"),
                    "operation_name": None,
                    "request_models": None,
                    "request_parameters": None,
                    "request_validator_id": None,
                },
            )
            make(
                "aws_api_gateway_integration",
                block,
                {
                    "rest_api_id": rest,
                    "resource_id": here,
                    "http_method": method,
                    "integration_http_method": "POST",
                    "type": "AWS_PROXY",
                    "uri": Later(
                        f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations",
                        f'aws_lambda_function.this["{short}"].invoke_arn',
                        f'aws_lambda_function.this["{short}"]',
                        "aws_lambda_function.this",
                    ),
                },
                {
                    "cache_key_parameters": None,
                    "cache_namespace": Later("x"),
                    "connection_id": None,
                    "connection_type": "INTERNET",
                    "content_handling": None,
                    "credentials": None,
                    "id": Later(f"agi-{API_ID}-{path}-{method}"),
                    "passthrough_behavior": Later("WHEN_NO_MATCH"),
                    "request_parameters": None,
                    "request_templates": None,
                    "timeout_milliseconds": 29000,
                    "tls_config": [],
                },
            )
        make(
            "aws_lambda_permission",
            path,
            {
                "action": "lambda:InvokeFunction",
                "function_name": PREFIX + short,
                "principal": "apigateway.amazonaws.com",
                "statement_id": "api",
                "source_account": ACCOUNT,
                "source_arn": Later(arn("execute-api", f"{API_ID}/*/*/{path}"), "aws_api_gateway_rest_api.main.execution_arn", "aws_api_gateway_rest_api.main"),
            },
            {
                "event_source_token": None,
                "function_url_auth_type": None,
                "id": Later("api"),
                "principal_org_id": None,
                "qualifier": None,
                "statement_id_prefix": Later(""),
            },
        )
    stage(rest)


def stage(rest):
    deployed = Later("deploy1", "aws_api_gateway_deployment.dev.id", "aws_api_gateway_deployment.dev")
    make("aws_api_gateway_deployment", "dev", {"rest_api_id": rest, "description": "the first"}, {"id": Later("deploy1"), "created_date": Later("2026-11-01T00:00:00Z")})
    make(
        "aws_api_gateway_stage",
        "dev",
        {
            "rest_api_id": rest,
            "deployment_id": deployed,
            "stage_name": "dev",
            "xray_tracing_enabled": True,
            "variables": {"upstreamKey": "not-a-real-variable"},
            "access_log_settings": Block(
                [{"destination_arn": refer("aws_cloudwatch_log_group.access", "arn", arn("logs", "log-group:" + ACCESS_LOGS)), "format": apigateway.LOG_FORMAT}]
            ),
        },
        {
            **computed(f"arn:aws:apigateway:{REGION}::/restapis/{API_ID}/stages/dev", f"ags-{API_ID}-dev", execution_arn="x", invoke_url="x", web_acl_arn=""),
            "cache_cluster_enabled": None,
            "cache_cluster_size": None,
            "canary_settings": [],
            "client_certificate_id": None,
            "description": None,
            "documentation_version": None,
        },
        OWNED,
    )
    make(
        "aws_api_gateway_method_settings",
        "dev",
        {
            "rest_api_id": rest,
            "stage_name": "dev",
            "method_path": "*/*",
            "settings": Block(
                [
                    {
                        "cache_data_encrypted": Later(False),
                        "cache_ttl_in_seconds": Later(300),
                        "caching_enabled": Later(False),
                        "data_trace_enabled": False,
                        "logging_level": "ERROR",
                        "metrics_enabled": True,
                        "require_authorization_for_cache_control": Later(True),
                        "throttling_burst_limit": 50,
                        "throttling_rate_limit": 25,
                        "unauthorized_cache_control_header_strategy": Later("SUCCEED_WITH_RESPONSE_HEADER"),
                    }
                ]
            ),
        },
        {"id": Later(f"{API_ID}-dev-*/*")},
    )
    make(
        "aws_api_gateway_domain_name",
        "main",
        {
            "domain_name": DOMAIN,
            "regional_certificate_arn": refer("aws_acm_certificate.api", "arn", CERTIFICATE),
            "endpoint_configuration": Block([{"types": ["REGIONAL"]}]),
            "security_policy": "TLS_1_2",
        },
        {
            **computed(f"arn:aws:apigateway:{REGION}::/domainnames/{DOMAIN}", DOMAIN, cloudfront_domain_name="", regional_domain_name="x"),
            "certificate_arn": None,
            "mutual_tls_authentication": [],
            "ownership_verification_certificate_arn": Later(""),
            "policy": None,
        },
        OWNED,
    )
    make(
        "aws_api_gateway_base_path_mapping",
        "main",
        {"api_id": rest, "domain_name": DOMAIN, "stage_name": "dev"},
        {"base_path": None, "id": Later(DOMAIN + "/")},
    )


def network():
    vpc = refer("aws_vpc.main", "id", "vpc-0example")
    make("aws_vpc", "main", {"cidr_block": "10.20.0.0/16"}, computed(arn("ec2", "vpc/vpc-0example"), "vpc-0example"), {**OWNED, "Name": PREFIX + "vpc"})
    for number, zone in enumerate("ab"):
        identity = f"subnet-0{zone}"
        make(
            "aws_subnet",
            "private",
            {"vpc_id": vpc, "cidr_block": f"10.20.{number}.0/24", "availability_zone": REGION + zone},
            {**computed(arn("ec2", f"subnet/{identity}"), identity, availability_zone_id="x", owner_id=ACCOUNT), "map_public_ip_on_launch": False},
            {**OWNED, "Name": f"{PREFIX}private-{zone}"},
            key=zone,
        )
    for short in ec2.GROUPS:
        identity = f"sg-0{short}"
        make(
            "aws_security_group",
            short,
            {"name": PREFIX + short, "description": f"{short} of the deployment", "vpc_id": vpc},
            {
                **computed(arn("ec2", f"security-group/{identity}"), identity, owner_id=ACCOUNT, name_prefix="", ingress=[], egress=[]),
                "revoke_rules_on_delete": False,
                "timeouts": None,
            },
            {**OWNED, "Name": PREFIX + short},
        )
    for short, inward in ec2.GROUPS.items():
        if not inward:
            continue
        source, port = inward
        own, other = (refer(f"aws_security_group.{one}", "id", f"sg-0{one}") for one in (short, source))
        ports = {"from_port": port, "to_port": port, "ip_protocol": "tcp", "description": "inside"}
        filled = {"cidr_ipv4": None, "cidr_ipv6": None, "prefix_list_id": None, "tags": None, "tags_all": {}}
        rule = computed(arn("ec2", f"security-group-rule/sgr-0{short}"), f"sgr-0{short}", security_group_rule_id=f"sgr-0{short}")
        make("aws_vpc_security_group_ingress_rule", short, {"security_group_id": own, "referenced_security_group_id": other, **ports}, {**filled, **rule})
        make("aws_vpc_security_group_egress_rule", source, {"security_group_id": other, "referenced_security_group_id": own, **ports}, {**filled, **rule})


def topic():
    publish = {
        **allow("sns:Publish", sns.arn(ACCOUNT)),
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": arn("cloudwatch", f"alarm:{PREFIX}*")},
        },
    }
    unset = {"application_failure_feedback_role_arn": None, "archive_policy": None, "delivery_policy": None, "display_name": None}
    filled = {**unset, "fifo_topic": False, "content_based_deduplication": False, "signature_version": Later(0), "tracing_config": Later("")}
    make(
        "aws_sns_topic",
        "alerts",
        {"name": TOPIC, "kms_master_key_id": refer("aws_kms_key.data", "arn", KEY_ARN)},
        {**computed(sns.arn(ACCOUNT), sns.arn(ACCOUNT), owner=ACCOUNT, name_prefix="", beginning_archive_time=""), **filled, "policy": Later("{}")},
        tags(sns.PLANTED, TOPIC, "map"),
    )
    topic_arn = refer("aws_sns_topic.alerts", "arn", sns.arn(ACCOUNT))
    make(
        "aws_sns_topic_policy",
        "alerts",
        {"arn": topic_arn, "policy": json.dumps({"Version": "2012-10-17", "Statement": [publish]})},
        {"id": Later(sns.arn(ACCOUNT)), "owner": Later(ACCOUNT)},
    )
    for name, protocol, endpoint in [
        ("platform", "email", "platform@diatonic.ai"),
        ("pager", "https", "https://events.pagerduty.com/integration/not-a-real-token/enqueue"),
    ]:
        own = f"{sns.arn(ACCOUNT)}:00000000-0000-4000-8000-00000000000{1 if name == 'pager' else 2}"
        make(
            "aws_sns_topic_subscription",
            name,
            {"topic_arn": topic_arn, "protocol": protocol, "endpoint": endpoint},
            {**computed(own, own, owner_id=ACCOUNT, pending_confirmation=False, confirmation_was_authenticated=False), "raw_message_delivery": False},
        )


def alarms():
    for short in FUNCTIONS:
        for metric in ["Errors", "Throttles"]:
            alarm("functions", f"{short}-{metric.lower()}", "AWS/Lambda", metric, {"FunctionName": PREFIX + short})
    for short in dynamodb.TABLES:
        for metric in ["ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors"]:
            alarm("tables", f"{short}-{metric.lower()}", "AWS/DynamoDB", metric, {"TableName": PREFIX + short})
    for metric in ["4XXError", "5XXError"]:
        alarm("api", f"api-{metric.lower()}", "AWS/ApiGateway", metric, {"ApiName": API, "Stage": "dev"})
    filled = {"dashboard_arn": Later(f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{PREFIX}overview"), "id": Later(PREFIX + "overview")}
    make("aws_cloudwatch_dashboard", "overview", {"dashboard_name": PREFIX + "overview", "dashboard_body": "{}"}, filled)
    billing = arn("sns", PREFIX + "billing", BILLING_REGION)
    make("aws_sns_topic", "billing", {"name": PREFIX + "billing"}, {**computed(billing, billing), "policy": Later("{}"), "kms_master_key_id": None}, {}, provider="aws.billing")
    made = {"alarm_name": PREFIX + "billing", "namespace": "AWS/Billing", "metric_name": "EstimatedCharges", "dimensions": {"Currency": "USD"}}
    made |= {"statistic": "Maximum", "period": 21600, "evaluation_periods": 1, "threshold": 12, "comparison_operator": "GreaterThanThreshold"}
    made["alarm_actions"] = [refer("aws_sns_topic.billing", "arn", billing)]
    make("aws_cloudwatch_metric_alarm", "billing", made, alarm_filled(PREFIX + "billing", BILLING_REGION), {}, provider="aws.billing")


def alarm_filled(name, region=REGION):
    return {
        **computed(arn("cloudwatch", f"alarm:{name}", region), name, evaluate_low_sample_count_percentiles=""),
        "actions_enabled": True,
        "alarm_description": None,
        "datapoints_to_alarm": None,
        "extended_statistic": None,
        "insufficient_data_actions": None,
        "metric_query": [],
        "ok_actions": None,
        "threshold_metric_id": None,
        "treat_missing_data": "missing",
        "unit": None,
    }


def alarm(block, short, namespace, metric, dimensions):
    name = PREFIX + short
    alerts = refer("aws_sns_topic.alerts", "arn", sns.arn(ACCOUNT))
    written = {
        "alarm_name": name,
        "alarm_description": f"{metric} of {', '.join(dimensions.values())}",
        "alarm_actions": [alerts],
        "ok_actions": [alerts],
        "namespace": namespace,
        "metric_name": metric,
        "dimensions": dimensions,
        "statistic": "Sum",
        "period": 300,
        "evaluation_periods": 1,
        "threshold": 1,
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "treat_missing_data": "notBreaching",
    }
    make("aws_cloudwatch_metric_alarm", block, written, alarm_filled(name), tags(cloudwatch.PLANTED, name, "map"), key=short)


def money():
    told = Block(
        {
            "comparison_operator": "GREATER_THAN",
            "notification_type": kind,
            "subscriber_email_addresses": ["platform@diatonic.ai"],
            "subscriber_sns_topic_arns": None,
            "threshold": threshold,
            "threshold_type": "PERCENTAGE",
        }
        for kind, threshold in budgets.TOLD
    )
    make(
        "aws_budgets_budget",
        "monthly",
        {"name": budgets.BUDGET, "budget_type": "COST", "time_unit": "MONTHLY", "limit_amount": "12", "limit_unit": "USD", "notification": told},
        {
            **computed(f"arn:aws:budgets::{ACCOUNT}:budget/{budgets.BUDGET}", f"{ACCOUNT}:{budgets.BUDGET}", account_id=ACCOUNT, name_prefix=""),
            "auto_adjust_data": [],
            "cost_filter": Later([]),
            "cost_types": Later([{}]),
            "planned_limit": [],
            "time_period_end": "2087-06-15_00:00",
            "time_period_start": Later("2026-11-01_00:00"),
        },
        {},
    )


def backups():
    vault = PREFIX + "vault"
    make("aws_backup_vault", "main", {"name": vault, "kms_key_arn": refer("aws_kms_key.data", "arn", KEY_ARN)}, computed(arn("backup", f"backup-vault:{vault}"), vault), OWNED)
    rule = {
        "completion_window": 180,
        "copy_action": [],
        "enable_continuous_backup": None,
        "lifecycle": Block([{"cold_storage_after": None, "delete_after": 35, "opt_in_to_archive_for_supported_resources": Later(False)}]),
        "recovery_point_tags": None,
        "rule_name": "daily",
        "schedule": "cron(0 5 ? * * *)",
        "start_window": 60,
        "target_vault_name": vault,
    }
    make(
        "aws_backup_plan",
        "daily",
        {"name": PREFIX + "daily", "rule": Block([rule])},
        {**computed(arn("backup", "backup-plan:plan-1"), "plan-1", version="v"), "advanced_backup_setting": []},
        OWNED,
    )
    make(
        "aws_backup_selection",
        "tables",
        {
            "name": PREFIX + "tables",
            "plan_id": refer("aws_backup_plan.daily", "id", "plan-1"),
            "iam_role_arn": f"arn:aws:iam::{ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole",
            "resources": ["arn:aws:dynamodb:*:*:table/" + PREFIX + "*"],
        },
        {"condition": Later([]), "id": Later("selection-1"), "not_resources": Later([]), "selection_tag": []},
    )


def watchers():
    make(
        "aws_cloudtrail",
        "main",
        {
            "name": PREFIX + "trail",
            "s3_bucket_name": PREFIX + "audit-" + ACCOUNT,
            "is_multi_region_trail": True,
            "enable_log_file_validation": True,
            "kms_key_id": refer("aws_kms_key.data", "arn", KEY_ARN),
            "event_selector": Block(
                [{"data_resource": [], "exclude_management_event_sources": None, "include_management_events": True, "read_write_type": "All"}]
            ),
        },
        {
            **computed(arn("cloudtrail", f"trail/{PREFIX}trail"), PREFIX + "trail", home_region=REGION),
            "advanced_event_selector": [],
            "cloud_watch_logs_group_arn": None,
            "cloud_watch_logs_role_arn": None,
            "enable_logging": True,
            "include_global_service_events": True,
            "insight_selector": [],
            "is_organization_trail": False,
            "s3_key_prefix": None,
            "sns_topic_name": None,
        },
        OWNED,
    )
    policy = {"minimum_password_length": 14, "max_password_age": 90, "password_reuse_prevention": 24, "allow_users_to_change_password": True}
    policy |= {f"require_{kind}": True for kind in ["lowercase_characters", "numbers", "symbols", "uppercase_characters"]}
    filled = {"expire_passwords": Later(True), "hard_expiry": Later(False), "id": Later("iam-account-password-policy")}
    make("aws_iam_account_password_policy", "this", policy, filled)
    make("aws_accessanalyzer_analyzer", "external", {"type": "ACCOUNT", "analyzer_name": PREFIX + "external"}, computed(arn("access-analyzer", f"analyzer/{PREFIX}external")), OWNED)


def repeated(content, count):
    """The plan with its resources in modules `m0`, `m1` and so on, each under names of its own."""
    blocks = {"resources": content["configuration"]["root_module"]["resources"]}
    changes = []
    number = 0
    while len(changes) < count:
        for change in content["resource_changes"]:
            change = json.loads(json.dumps(change).replace(PREFIX, f"{PREFIX}{number}-"))
            changes.append({**change, "address": f"module.m{number}.{change['address']}", "module_address": f"module.m{number}"})
        number += 1
    calls = {f"m{one}": {"source": "./deployment", "module": blocks} for one in range(number)}
    configuration = {**content["configuration"], "root_module": {"module_calls": calls}}
    return {**content, "planned_values": {"root_module": {}}, "resource_changes": changes[:count], "configuration": configuration}


def main():
    folder = sys.argv[1]
    for part in [keys, tables, identities, log_groups, functions, users, api, network, topic, alarms, money, backups, watchers]:
        part()
    files = [("plan.json", plan(MADE, ACCOUNT, REGION)), ("terraform.tfstate", state(MADE))]
    if len(sys.argv) > 2:
        files.append(("large.json", repeated(plan(MADE, ACCOUNT, REGION), int(sys.argv[2]))))
    for name, content in files:
        with open(os.path.join(folder, name), "w") as file:
            json.dump(content, file)


if __name__ == "__main__":
    main()
