"""Commands of the AWS CLI for people who do an action without stackferry."""

from __future__ import annotations

from compiler.deploy.actions import by_hand
from compiler.manifest import FromOutput
from tests.fakes.migration import SOURCE, migration
from tests.fakes.performer import ACCEPTED, ASKED_FOR, COPY, EMPTY, SEVER, action

MANIFEST = migration().manifest

READ = (
    "PEERING=$(aws cloudformation describe-stacks --region us-east-1 --stack-name "
    "shop-prod-us-east-1-peering --output text --query "
    "\"Stacks[0].Outputs[?OutputKey=='PeeringId'].OutputValue | [0]\")"
)


def test_each_side_of_a_peering_has_its_own_option() -> None:
    assert by_hand(ASKED_FOR, MANIFEST) == (
        READ,
        (
            "aws ec2 modify-vpc-peering-connection-options --region us-east-1 "
            '--vpc-peering-connection-id "$PEERING" --requester-peering-connection-options '
            "AllowDnsResolutionFromRemoteVpc=true"
        ),
    )
    assert by_hand(ACCEPTED, MANIFEST)[1] == (
        "aws ec2 modify-vpc-peering-connection-options --region eu-central-1 "
        '--vpc-peering-connection-id "$PEERING" --accepter-peering-connection-options '
        "AllowDnsResolutionFromRemoteVpc=true"
    )


def test_existing_objects_are_copied_by_a_job() -> None:
    assert by_hand(COPY, MANIFEST) == (
        (
            "aws s3control create-job --region us-east-1 --account-id 111122223333 "
            "--no-confirmation-required --priority 10 --operation '{\"S3ReplicateObject\": {}}' "
            "--report '{\"Enabled\": false}' --role-arn "
            "arn:aws:iam::111122223333:role/shop-prod-media --manifest-generator "
            '\'{"S3JobManifestGenerator": {"SourceBucket": "arn:aws:s3:::shop-media", '
            '"EnableManifestOutput": false, "Filter": {"EligibleForReplication": true, '
            '"ObjectReplicationStatuses": ["NONE", "FAILED"]}}}\''
        ),
        "aws s3control list-jobs --region us-east-1 --account-id 111122223333",
    )


def test_connections_end_with_a_reboot() -> None:
    assert by_hand(SEVER, MANIFEST) == (
        (
            "aws rds reboot-db-instance --region us-east-1 --db-instance-identifier "
            "shop-prod-catalog"
        ),
        (
            "aws rds wait db-instance-available --region us-east-1 --db-instance-identifier "
            "shop-prod-catalog"
        ),
    )


def test_a_cache_forgets_each_path() -> None:
    invalidate = action(
        "invalidate cache",
        distribution=FromOutput(stack=f"{SOURCE}/peering", output="PeeringId"),
        paths="/media/*,/*",
    )

    assert by_hand(invalidate, MANIFEST)[1] == (
        'aws cloudfront create-invalidation --distribution-id "$DISTRIBUTION" --paths '
        "'/media/*' '/*'"
    )


def test_a_bucket_is_emptied_a_thousand_versions_at_a_time() -> None:
    assert by_hand(EMPTY, MANIFEST) == (
        "# Again and again, until the first one finds nothing:",
        (
            "aws s3api list-object-versions --region us-east-1 --bucket shop-media --max-items "
            "1000 --output json --query '{Objects: [Versions, DeleteMarkers][].{Key: Key, "
            "VersionId: VersionId}}' > versions.json"
        ),
        (
            "aws s3api delete-objects --region us-east-1 --bucket shop-media --delete "
            "file://versions.json"
        ),
    )
