"""A manifest as a shell script that deploys each template with nothing but the AWS CLI."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from compiler.manifest import FromLookup, FromOutput, Manifest, Stack

if TYPE_CHECKING:
    from collections.abc import Iterator

_FUNCTIONS = r"""
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
""".strip()

_ONE_ACCOUNT = r"""
# Calls the AWS CLI in an account; there is only one here.
in_account() {
  shift
  aws "$@"
}

account=$(aws sts get-caller-identity --query Account --output text)
if [ "$account" != {account} ]; then
  echo "The credentials are of the account $account, the stacks belong in {account}." >&2
  exit 1
fi
""".strip()

_ACCOUNTS = r"""
# Calls the AWS CLI in an account, through the profile that the variable PROFILE_<account> names.
in_account() {
  eval "profile=\${PROFILE_$1:?set PROFILE_$1 to a profile of the account $1}"
  shift
  aws --profile "$profile" "$@"
}

for wanted in {accounts}; do
  account=$(in_account "$wanted" sts get-caller-identity --query Account --output text)
  if [ "$account" != "$wanted" ]; then
    echo "The profile for $wanted has credentials of the account $account." >&2
    exit 1
  fi
done
""".strip()


def export_cli(manifest: Manifest, folder: str) -> str:
    """
    Return a POSIX shell script that deploys *manifest*, region by region in its order.

    Args:
        manifest: What was compiled.
        folder: Where its templates are; the script's first argument names another place.
    """
    return "".join(f"{line}\n" for line in _script(manifest, folder))


def _script(manifest: Manifest, folder: str) -> Iterator[str]:
    system = manifest.migration
    yield "#!/bin/sh"
    yield f"# Deploys {system} (phase {manifest.phase}) with the AWS CLI alone."
    yield "#"
    yield "# Usage: sh deploy.sh [FOLDER OF THE TEMPLATES]"
    yield "#"
    yield "# It uses the AWS CLI's own settings: AWS_PROFILE, AWS_ENDPOINT_URL and the like. It may"
    yield "# be run again at any time: a stack without changes is left alone. REFRESH_IMAGES=1 lets"
    yield "# it look up images anew. Use either this script or `stackferry deploy` for a migration,"
    yield "# never both: the two would create everything twice."
    yield from _beside(manifest)
    yield "set -eu"
    yield "export AWS_PAGER="
    yield ""
    yield f"templates=${{1:-{_in_braces(folder)}}}"
    if any(stack.needs_artifact_bucket for stack in manifest.stacks):
        yield ""
        yield "# Templates over 51,200 bytes do not fit into a request."
        yield (
            ': "${ARTIFACT_BUCKET:?set ARTIFACT_BUCKET to a private bucket for the templates over '
            '51,200 bytes}"'
        )
    yield ""
    accounts = sorted({stack.account for stack in manifest.stacks})
    yield (
        _ONE_ACCOUNT.replace("{account}", accounts[0])
        if len(accounts) == 1
        else _ACCOUNTS.replace("{accounts}", " ".join(accounts))
    )
    yield ""
    yield _FUNCTIONS
    region = ""
    by_id = {stack.id: stack for stack in manifest.stacks}
    for stack in manifest.stacks:
        if stack.region != region:
            region = stack.region
            yield ""
            yield f"# ---- {region} ".ljust(80, "-")
        yield ""
        yield from _stack(manifest, stack, by_id)
    yield ""
    yield f"echo {shlex.quote(f'{system} is deployed.')}"


def _beside(manifest: Manifest) -> Iterator[str]:
    if manifest.actions:
        yield "#"
        yield "# What CloudFormation cannot do in this phase is not in it:"
        for action in manifest.actions:
            yield f"#   {action.region}: {action.kind}{f' ({action.key})' if action.key else ''}"
        yield "# `stackferry export runbook` says what that is, and what the phase removes."


def _stack(manifest: Manifest, stack: Stack, by_id: dict[str, Stack]) -> Iterator[str]:
    reads = ", ".join(stack.after)
    yield f"# {stack.id}" + (f", after {reads}" if reads else "")
    yield f"echo {shlex.quote(stack.id)}"
    own = f"{stack.account} {stack.region} {shlex.quote(stack.stack_set)}"
    # Each value is assigned first: `set -e` does not see a failure inside an argument.
    for name, source in sorted(stack.parameters.items()):
        match source:
            case FromOutput(stack=other, output=output):
                giver = by_id[other]
                value = (
                    f"output {giver.account} {giver.region} {shlex.quote(giver.stack_set)} {output}"
                )
            case FromLookup(kind="image", name=looked_up):
                value = f"image {own} {name} {shlex.quote(looked_up)}"
            case FromLookup(name=looked_up):
                value = f"prefix_list {stack.account} {stack.region} {shlex.quote(looked_up)}"
        yield f"{name}=$({value})"
    if not stack.keeps_tags:
        yield f"Timestamp=$(timestamp {own})"
    arguments = [
        f"--region {stack.region}",
        f"--stack-name {shlex.quote(stack.stack_set)}",
        f'--template-file "$templates"/{shlex.quote(stack.file)}',
        "--no-fail-on-empty-changeset",
    ]
    if stack.needs_artifact_bucket:
        arguments.append('--s3-bucket "$ARTIFACT_BUCKET"')
    if stack.capabilities:
        arguments.append(f"--capabilities {' '.join(stack.capabilities)}")
    # Tags that are left out stay as they are.
    if not stack.keeps_tags:
        own_tags = {**manifest.tags, "MigrationPhase": stack.phase or manifest.phase}
        tags = [shlex.quote(f"{key}={value}") for key, value in sorted(own_tags.items())]
        arguments.append(f'--tags {" ".join(tags)} "Timestamp=$Timestamp"')
    if stack.parameters:
        pairs = [f'"{name}=${name}"' for name in sorted(stack.parameters)]
        arguments.append(f"--parameter-overrides {' '.join(pairs)}")
    yield f"in_account {stack.account} cloudformation deploy \\"
    yield " \\\n".join(f"  {argument}" for argument in arguments)


def _in_braces(folder: str) -> str:
    """Quote *folder* for the default value inside a `${…:-…}` that stands in no quotes."""
    return shlex.quote(folder)
