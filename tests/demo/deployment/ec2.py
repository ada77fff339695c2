"""The network of the functions: a VPC over two zones, security groups that isolate it, and interfaces that use them."""

from .names import PREFIX, REGION, tags
from .stand_in import says

# What is wrong on purpose here.
PLANTED = []

# Regions that no account can switch off: AWS opened them before 2019-03-20.
REGIONS = """ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1
eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2""".split()

# group: (who may come in by whom, port)
GROUPS = {"lambda": None, "endpoints": ("lambda", 443)}


def fill(session, account):
    ec2 = session.client("ec2")
    # The emulator has those of other partitions enabled too.
    item = "<item><regionName>{0}</regionName><optInStatus>opt-in-not-required</optInStatus></item>"
    says("ec2:DescribeRegions", xml=f"<regionInfo>{''.join(item.format(region) for region in REGIONS)}</regionInfo>")
    network = ec2.create_vpc(CidrBlock="10.20.0.0/16", TagSpecifications=named("vpc", "vpc"))["Vpc"]["VpcId"]
    clear_defaults(ec2)
    subnets = [
        ec2.create_subnet(
            VpcId=network,
            CidrBlock=f"10.20.{number}.0/24",
            AvailabilityZone=REGION + zone,
            TagSpecifications=named("subnet", "private-" + zone),
        )["Subnet"]["SubnetId"]
        for number, zone in enumerate("ab")
    ]
    groups = {}
    for short, inward in GROUPS.items():
        group = ec2.create_security_group(
            GroupName=PREFIX + short,
            Description=f"{short} of the deployment",
            VpcId=network,
            TagSpecifications=named("security-group", short),
        )["GroupId"]
        groups[short] = group
        for one in ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]:
            ec2.revoke_security_group_egress(GroupId=group, IpPermissions=one["IpPermissionsEgress"])
        if inward:
            source, port = inward
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[by(groups[source], port)])
            ec2.authorize_security_group_egress(GroupId=groups[source], IpPermissions=[by(group, port)])
    for short, group in groups.items():
        for subnet in subnets:
            ec2.create_network_interface(
                SubnetId=subnet, Groups=[group], Description=short, TagSpecifications=named("network-interface", short)
            )


def clear_defaults(ec2):
    """Nothing is allowed by a network's default group."""
    for group in ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]:
        if group["IpPermissions"]:
            ec2.revoke_security_group_ingress(GroupId=group["GroupId"], IpPermissions=group["IpPermissions"])
        if group["IpPermissionsEgress"]:
            ec2.revoke_security_group_egress(GroupId=group["GroupId"], IpPermissions=group["IpPermissionsEgress"])
        ec2.create_tags(Resources=[group["GroupId"]], Tags=tags(PLANTED, "default", "list"))


def by(group, port):
    """From or to the members of this group, on one port."""
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": [{"GroupId": group, "Description": "inside"}]}


def named(kind, short):
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": PREFIX + short}] + tags(PLANTED, PREFIX + short, "list")}]
