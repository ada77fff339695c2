"""The execution roles, the policy of the deployment, and two roles that are too wide."""

from .dynamodb import table_arns
from .names import FUNCTIONS, PREFIX, REGION, allow, document, is_planted, tags

# What is wrong on purpose here.
PLANTED = [
    ("contract-unexpected", PREFIX + "support-tools", "a policy that the contract does not know"),
    ("contract-unexpected", PREFIX + "support", "a role that the contract does not know"),
    ("contract-unexpected", PREFIX + "deployment", "a role that the contract does not know"),
    ("iam-support-role-missing", "{account}", "nobody may open a case with AWS"),
    ("iam-policy-service-wildcard", PREFIX + "support-tools", "allows dynamodb:*"),
    ("iam-role-inline-pass-role-any", PREFIX + "deployment", "may pass any role"),
]


def fill(session, account):
    iam = session.client("iam")
    trust = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    items = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"]
    items += ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    access = iam.create_policy(
        PolicyName=PREFIX + "lambda-dynamodb-access",
        PolicyDocument=document(
            allow(items, table_arns(account)),
            allow(["dynamodb:Query"], [arn + "/index/*" for arn in table_arns(account)]),
        ),
        Tags=tags(PLANTED, PREFIX + "lambda-dynamodb-access", "list"),
    )["Policy"]["Arn"]
    for function, (role, _, _) in FUNCTIONS.items():
        name = PREFIX + role
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags(PLANTED, name, "list"))
        iam.attach_role_policy(RoleName=name, PolicyArn=access)
        group = f"arn:aws:logs:{REGION}:{account}:log-group:/aws/lambda/{PREFIX}{function}:*"
        iam.put_role_policy(
            RoleName=name,
            PolicyName="logs",
            PolicyDocument=document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group])),
        )

    wide = "dynamodb:*" if is_planted(PLANTED, "iam-policy-service-wildcard", PREFIX + "support-tools") else "dynamodb:GetItem"
    support = iam.create_policy(
        PolicyName=PREFIX + "support-tools",
        PolicyDocument=document(allow([wide], table_arns(account))),
        Tags=tags(PLANTED, PREFIX + "support-tools", "list"),
    )["Policy"]["Arn"]
    name = PREFIX + "support"
    person = document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    )
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=person, Tags=tags(PLANTED, name, "list"))
    iam.attach_role_policy(RoleName=name, PolicyArn=support)

    name = PREFIX + "deployment"
    build = document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "codebuild.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account}},
        }
    )
    passed = "*" if is_planted(PLANTED, "iam-role-inline-pass-role-any", name) else f"arn:aws:iam::{account}:role/{PREFIX}lambda-execution"
    functions = f"arn:aws:lambda:{REGION}:{account}:function:{PREFIX}user-profile-management"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=build, Tags=tags(PLANTED, name, "list"))
    iam.put_role_policy(
        RoleName=name,
        PolicyName="deploy",
        PolicyDocument=document(allow(["iam:PassRole"], [passed]), allow(["lambda:UpdateFunctionCode"], [functions])),
    )
