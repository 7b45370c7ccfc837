"""Cards about address ranges and subnets."""

from __future__ import annotations

from spec.codes.card import Card

_BLOCKS = 'VPC user guide, "VPC CIDR blocks", 2026-11'
_SIZING = 'VPC user guide, "Subnet CIDR blocks", 2026-11'

ADDRESSES: tuple[Card, ...] = (
    Card(
        code="SF201",
        title="Range cannot be read",
        why=f"Ranges are written as an address, a slash and a length. Source: {_BLOCKS}.",
        fix="Write four numbers from 0 to 255, a slash, and a length from 0 to 32.",
        example="cidr: 10.0.0/16     # wrong\ncidr: 10.0.0.0/16   # right",
        aws_says="This is not a valid CIDR block",
    ),
    Card(
        code="SF202",
        title="Range does not begin at its first address",
        why=(
            "AWS silently takes the range around such an address, which is seldom the one that was"
            f" meant. Source: {_BLOCKS}."
        ),
        fix="Write the first address of the range.",
        example="cidr: 10.0.1.0/16   # wrong\ncidr: 10.0.0.0/16   # right",
    ),
    Card(
        code="SF203",
        title="Ranges overlap",
        why=(
            "Any common address of any two ranges, used or not, makes a peering of the VPCs fail;"
            ' the connection goes to "failed". Source: VPC peering guide, "VPC peering basics",'
            " 2026-11."
        ),
        fix="Give each VPC ranges of its own. A VPC that exists cannot change its primary range.",
        example=(
            "target: {vpc: {cidr: 10.0.128.0/17}}   # wrong beside 10.0.0.0/16\n"
            "target: {vpc: {cidr: 10.1.0.0/16}}     # right"
        ),
        aws_says="VPC CIDR blocks overlap",
    ),
    Card(
        code="SF204",
        title="Range of a VPC has the wrong size",
        why=f"A range of a VPC is a /16 to a /28. Source: {_BLOCKS}.",
        fix="Choose a length from 16 to 28; for more addresses, add secondary ranges.",
        example="cidr: 10.0.0.0/8    # wrong\ncidr: 10.0.0.0/16   # right",
        aws_says="The CIDR '10.0.0.0/8' is invalid",
    ),
    Card(
        code="SF205",
        title="Subnet has the wrong size",
        why=f"A subnet is a /16 to a /28. Source: {_SIZING}.",
        fix="Choose a length from 16 to 28.",
        example="private: {us-east-1a: 10.0.0.0/29}   # wrong\n"
        "private: {us-east-1a: 10.0.0.0/24}   # right",
        aws_says="The CIDR '10.0.0.0/29' is invalid",
    ),
    Card(
        code="SF206",
        title="Subnet lies outside of its VPC",
        why=f"A subnet is a part of one of its VPC's ranges. Source: {_SIZING}.",
        fix="Choose a part of the VPC's range, or add a secondary range.",
        example=(
            "vpc: {cidr: 10.0.0.0/16, subnets: {public: {us-east-1a: 10.9.0.0/24}}}   # wrong\n"
            "vpc: {cidr: 10.0.0.0/16, subnets: {public: {us-east-1a: 10.0.9.0/24}}}   # right"
        ),
        aws_says="The CIDR '10.9.0.0/24' is invalid",
    ),
    Card(
        code="SF207",
        title="Subnets overlap",
        why=(
            "A VPC takes each address once. Subnets that are not given are carved from the VPC's"
            " range, in eight equal slots by the letter of the zone: the private one is the"
            " first half of a slot, the database one the third quarter, the public one the"
            f" seventh eighth. Source: {_SIZING}."
        ),
        fix="Move a subnet, or give all subnets of that zone one by one.",
        example=(
            "public: {us-east-1a: 10.0.0.0/24, us-east-1b: 10.0.0.0/24}   # wrong\n"
            "public: {us-east-1a: 10.0.0.0/24, us-east-1b: 10.0.1.0/24}   # right"
        ),
        aws_says="The CIDR '10.0.0.0/24' conflicts with another subnet",
    ),
    Card(
        code="SF208",
        title="VPC is too small to be carved",
        why=(
            "The place of a subnet depends on its zone's letter alone, so that adding a zone moves"
            " nothing. That takes eight slots, and a public subnet of a sixty-fourth of the VPC."
        ),
        fix="Use a /22 or larger (a /21 with services), or give the subnets one by one.",
        example="cidr: 10.0.0.0/24   # wrong\ncidr: 10.0.0.0/20   # right",
    ),
    Card(
        code="SF209",
        title="Subnet is too small for what is put into it",
        why=(
            "AWS keeps five addresses in each subnet. A load balancer takes a /27 or larger with"
            " eight free addresses; a database needs one in each zone, and one to be replaced;"
            " each instance needs one. Source: Application Load Balancers user guide, and RDS"
            ' user guide, "Working with a DB instance in a VPC", 2026-11.'
        ),
        fix="Make the subnet larger, or put less into it.",
        example="public: {us-east-1a: 10.0.0.0/28}   # wrong\n"
        "public: {us-east-1a: 10.0.0.0/27}   # right",
        aws_says="Not enough IP space available in subnet",
    ),
    Card(
        code="SF210",
        title="Range is not private",
        why=(
            "Inside of the VPC these addresses mean its own instances, so whoever really has"
            f" them on the internet cannot be reached. Source: {_BLOCKS}; RFC 1918."
        ),
        fix="Choose a range inside of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
        example="cidr: 54.0.0.0/16   # wrong\ncidr: 10.0.0.0/16   # right",
        severity="warning",
    ),
    Card(
        code="SF211",
        title="Range is Docker's",
        why=(
            "Docker's bridge and several AWS services use 172.17.0.0/16 inside of an instance, and"
            f" then nothing with such an address can be reached from it. Source: {_BLOCKS}."
        ),
        fix="Choose a range outside of 172.17.0.0/16.",
        example="cidr: 172.17.0.0/16   # wrong\ncidr: 172.20.0.0/16   # right",
        severity="warning",
    ),
    Card(
        code="SF212",
        title="Secondary range is of another family",
        why=(
            "What may be added to a VPC depends on its primary range: nothing of the other private"
            " families, nor 10.0.0.0/16 in a VPC of 10.0.0.0/15, nor 172.31.0.0/16 in one of"
            f" 172.16.0.0/12. Source: {_BLOCKS}."
        ),
        fix="Choose a range of the same family, or of 100.64.0.0/10.",
        example=(
            "{cidr: 10.2.0.0/16, secondary_cidrs: [192.168.0.0/16]}   # wrong\n"
            "{cidr: 10.2.0.0/16, secondary_cidrs: [10.3.0.0/16]}      # right"
        ),
        aws_says="The CIDR '192.168.0.0/16' is restricted",
    ),
    Card(
        code="SF213",
        title="VPC has many ranges",
        why=(
            "A VPC has five IPv4 ranges unless the quota was raised. Source: VPC user guide,"
            ' "Amazon VPC quotas", 2026-11.'
        ),
        fix="Use fewer and larger ranges, or have the quota raised in both regions.",
        example=(
            "secondary_cidrs: [10.2.0.0/16, 10.3.0.0/16, 10.4.0.0/16, 10.5.0.0/16]   # the most"
        ),
        severity="warning",
        aws_says="has met its maximum number of allowed CIDRs",
    ),
    Card(
        code="SF214",
        title="Range means something else everywhere",
        why=(
            "Loopback, link-local, multicast and this-network addresses are handled by every host"
            f" itself; AWS makes no VPC of them. Source: {_BLOCKS}."
        ),
        fix="Choose a range inside of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16.",
        example="cidr: 169.254.0.0/16   # wrong\ncidr: 10.0.0.0/16      # right",
        aws_says="The CIDR '169.254.0.0/16' is restricted",
    ),
)
"""SF201 to SF214."""
