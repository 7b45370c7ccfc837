#!/bin/sh
# Deploys shop-prod (phase replicate) with the AWS CLI alone.
#
# Usage: sh deploy.sh [FOLDER OF THE TEMPLATES]
#
# It uses the AWS CLI's own settings: AWS_PROFILE, AWS_ENDPOINT_URL and the like. It may
# be run again at any time: a stack without changes is left alone. REFRESH_IMAGES=1 lets
# it look up images anew. Use either this script or `stackferry deploy` for a migration,
# never both: the two would create everything twice.
set -eu
export AWS_PAGER=

templates=${1:-templates_out/shop-prod}

# Calls the AWS CLI in an account; there is only one here.
in_account() {
  shift
  aws "$@"
}

account=$(aws sts get-caller-identity --query Account --output text)
if [ "$account" != 111122223333 ]; then
  echo "The credentials are of the account $account, the stacks belong in 111122223333." >&2
  exit 1
fi

# Prints an output of a stack: account, region, stack, name of the output.
output() {
  value=$(in_account "$1" cloudformation describe-stacks --region "$2" --stack-name "$3" \
    --query "Stacks[0].Outputs[?OutputKey=='$4'].OutputValue | [0]" --output text)
  if [ "$value" = None ]; then
    echo "The stack $3 in $2 has no output $4: deploy it first." >&2
    return 1
  fi
  printf '%s\n' "$value"
}

# Prints the image that a stack uses: account, region, stack, parameter, name in SSM. A public
# parameter moves on, and a new image replaces instances; so it is looked up for a new stack, or on
# request.
image() {
  value=None
  if [ -z "${REFRESH_IMAGES:-}" ]; then
    value=$(in_account "$1" cloudformation describe-stacks --region "$2" --stack-name "$3" \
      --query "Stacks[0].Parameters[?ParameterKey=='$4'].ParameterValue | [0]" \
      --output text 2>/dev/null) || value=None
  fi
  if [ "$value" = None ]; then
    value=$(in_account "$1" ssm get-parameter --region "$2" --name "$5" \
      --query Parameter.Value --output text)
  fi
  printf '%s\n' "$value"
}

# Prints the id of a prefix list that AWS manages: account, region, name.
prefix_list() {
  value=$(in_account "$1" ec2 describe-managed-prefix-lists --region "$2" \
    --filters "Name=prefix-list-name,Values=$3" \
    --query "PrefixLists[0].PrefixListId" --output text)
  if [ "$value" = None ]; then
    echo "There is no prefix list $3 in $2." >&2
    return 1
  fi
  printf '%s\n' "$value"
}

# Prints the time for the tag Timestamp: account, region, stack. A stack keeps its own, since
# another value would touch every resource of it at each run.
timestamp() {
  value=$(in_account "$1" cloudformation describe-stacks --region "$2" --stack-name "$3" \
    --query "Stacks[0].Tags[?Key=='Timestamp'].Value | [0]" \
    --output text 2>/dev/null) || value=None
  if [ "$value" = None ]; then
    value=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  fi
  printf '%s\n' "$value"
}

# ---- us-east-1 ---------------------------------------------------------------

# us-east-1/network
echo us-east-1/network
Timestamp=$(timestamp 111122223333 us-east-1 shop-prod-us-east-1-network)
in_account 111122223333 cloudformation deploy \
  --region us-east-1 \
  --stack-name shop-prod-us-east-1-network \
  --template-file "$templates"/us-east-1/network.json \
  --no-fail-on-empty-changeset \
  --tags Environment=prod MigrationPhase=replicate "Timestamp=$Timestamp"

# ---- eu-central-1 ------------------------------------------------------------

# eu-central-1/network
echo eu-central-1/network
Timestamp=$(timestamp 111122223333 eu-central-1 shop-prod-eu-central-1-network)
in_account 111122223333 cloudformation deploy \
  --region eu-central-1 \
  --stack-name shop-prod-eu-central-1-network \
  --template-file "$templates"/eu-central-1/network.json \
  --no-fail-on-empty-changeset \
  --tags Environment=prod MigrationPhase=replicate "Timestamp=$Timestamp"

# ---- us-east-1 ---------------------------------------------------------------

# us-east-1/peering, after eu-central-1/network, us-east-1/network
echo us-east-1/peering
PeerVpcId=$(output 111122223333 eu-central-1 shop-prod-eu-central-1-network VpcId)
VpcId=$(output 111122223333 us-east-1 shop-prod-us-east-1-network VpcId)
Timestamp=$(timestamp 111122223333 us-east-1 shop-prod-us-east-1-peering)
in_account 111122223333 cloudformation deploy \
  --region us-east-1 \
  --stack-name shop-prod-us-east-1-peering \
  --template-file "$templates"/us-east-1/peering.json \
  --no-fail-on-empty-changeset \
  --tags Environment=prod MigrationPhase=replicate "Timestamp=$Timestamp" \
  --parameter-overrides "PeerVpcId=$PeerVpcId" "VpcId=$VpcId"

# us-east-1/database-catalog, after us-east-1/network
echo us-east-1/database-catalog
VpcId=$(output 111122223333 us-east-1 shop-prod-us-east-1-network VpcId)
Timestamp=$(timestamp 111122223333 us-east-1 shop-prod-us-east-1-database-catalog)
in_account 111122223333 cloudformation deploy \
  --region us-east-1 \
  --stack-name shop-prod-us-east-1-database-catalog \
  --template-file "$templates"/us-east-1/database-catalog.json \
  --no-fail-on-empty-changeset \
  --tags Environment=prod MigrationPhase=replicate "Timestamp=$Timestamp" \
  --parameter-overrides "VpcId=$VpcId"

# ---- eu-central-1 ------------------------------------------------------------

# eu-central-1/database-catalog, after eu-central-1/network, us-east-1/database-catalog
echo eu-central-1/database-catalog
VpcId=$(output 111122223333 eu-central-1 shop-prod-eu-central-1-network VpcId)
Timestamp=$(timestamp 111122223333 eu-central-1 shop-prod-eu-central-1-database-catalog)
in_account 111122223333 cloudformation deploy \
  --region eu-central-1 \
  --stack-name shop-prod-eu-central-1-database-catalog \
  --template-file "$templates"/eu-central-1/database-catalog.json \
  --no-fail-on-empty-changeset \
  --tags Environment=prod MigrationPhase=replicate "Timestamp=$Timestamp" \
  --parameter-overrides "VpcId=$VpcId"

# eu-central-1/service-web, after eu-central-1/network
echo eu-central-1/service-web
ImageId=$(image 111122223333 eu-central-1 shop-prod-eu-central-1-service-web ImageId /al2023)
VpcId=$(output 111122223333 eu-central-1 shop-prod-eu-central-1-network VpcId)
Timestamp=$(timestamp 111122223333 eu-central-1 shop-prod-eu-central-1-service-web)
in_account 111122223333 cloudformation deploy \
  --region eu-central-1 \
  --stack-name shop-prod-eu-central-1-service-web \
  --template-file "$templates"/eu-central-1/service-web.json \
  --no-fail-on-empty-changeset \
  --tags Environment=prod MigrationPhase=replicate "Timestamp=$Timestamp" \
  --parameter-overrides "ImageId=$ImageId" "VpcId=$VpcId"

echo 'shop-prod is deployed.'
