"""
The rules of the language: what relates several values to each other, or to AWS.

A rule looks at the `Spec` alone, and names places by path. Every rule runs, whatever the others
found; each one skips what another one refuses, so that one mistake is one finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.rules import (
    accounts,
    addresses,
    buckets,
    cdn,
    certificates,
    cutover,
    databases,
    dns,
    health,
    images,
    names,
    regions,
    routing,
    services,
    settings,
    storage,
    subnets,
    tags,
    variables,
    zones,
)
from spec.rules.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Finding
    from spec.model import Spec

__all__ = ["RULES", "Rule", "check"]

RULES: tuple[Rule, ...] = (
    addresses.cidr_malformed,
    addresses.cidr_with_host_bits,
    addresses.ranges_overlap,
    addresses.vpc_range_of_wrong_size,
    subnets.subnet_of_wrong_size,
    subnets.subnet_outside_vpc,
    subnets.subnets_overlap,
    subnets.vpc_too_small_to_carve,
    subnets.subnet_too_small_for_content,
    addresses.address_space_public,
    addresses.address_space_of_docker,
    addresses.secondary_range_of_other_family,
    addresses.ranges_too_many,
    addresses.address_space_refused,
    zones.zone_of_other_region,
    zones.zone_twice,
    zones.zones_too_few,
    subnets.subnet_of_unlisted_zone,
    zones.services_without_way_out,
    regions.region_unknown,
    regions.region_on_both_sides,
    regions.regions_of_two_partitions,
    regions.region_to_be_enabled,
    regions.region_without_schemas,
    accounts.account_malformed,
    accounts.peering_role_missing,
    accounts.peering_role_needless,
    accounts.peering_role_foreign,
    accounts.administrator_foreign,
    databases.engine_without_replica,
    databases.version_malformed,
    databases.instance_class_malformed,
    databases.backups_off,
    databases.backup_retention_out_of_bounds,
    storage.storage_out_of_bounds,
    storage.iops_out_of_bounds,
    storage.throughput_out_of_bounds,
    storage.max_storage_not_above_storage,
    databases.user_refused,
    databases.database_name_refused,
    databases.database_port_out_of_bounds,
    storage.window_malformed,
    storage.windows_overlap,
    databases.log_export_unknown,
    databases.parameter_refused,
    databases.database_across_accounts,
    databases.class_without_encryption,
    buckets.replicated_bucket_without_versioning,
    buckets.bucket_named_like_another,
    services.count_outside_bounds,
    services.instance_type_malformed,
    images.image_malformed,
    images.image_of_one_region,
    images.image_of_other_architecture,
    images.image_parameter_not_public,
    health.health_path_malformed,
    health.health_check_out_of_bounds,
    health.health_timeout_not_below_interval,
    health.health_codes_malformed,
    services.port_out_of_bounds,
    services.uses_undeclared,
    settings.listed_twice,
    routing.route_taken_twice,
    routing.catch_all_twice,
    routing.route_pattern_malformed,
    routing.listener_rules_too_many,
    services.user_data_refused,
    variables.variable_malformed,
    variables.secret_in_environment,
    variables.secret_name_malformed,
    variables.variable_set_twice,
    dns.dns_to_nothing,
    settings.setting_out_of_bounds,
    cdn.cdn_to_undeclared,
    cdn.cdn_path_malformed,
    cdn.cdn_paths_too_many,
    cdn.cdn_where_there_is_none,
    cdn.cdn_without_name,
    certificates.certificate_malformed,
    certificates.cdn_certificate_elsewhere,
    certificates.load_balancer_certificate_elsewhere,
    certificates.certificate_foreign,
    certificates.certificate_unused,
    certificates.certificates_none,
    certificates.certificate_of_one_place,
    dns.zone_malformed,
    dns.record_malformed,
    dns.hosted_zone_id_malformed,
    dns.zone_undelegated,
    dns.dns_where_there_is_none,
    names.physical_names_collide,
    names.stack_names_collide,
    zones.elastic_addresses_too_many,
    tags.tag_reserved,
    tags.tag_malformed,
    tags.tags_too_many,
    settings.email_malformed,
    settings.log_retention_unknown,
    names.name_reserved,
    cutover.duration_malformed,
    cutover.lag_out_of_bounds,
    cutover.gate_without_one_question,
    cutover.gate_url_malformed,
    cutover.gate_status_out_of_bounds,
    cutover.gate_to_undeclared_database,
    cutover.gate_to_closed_database,
    cutover.gate_statement_refused,
    cutover.gate_command_empty,
    cutover.distribution_moves_while_closed,
    buckets.bucket_emptied_without_copy,
)
"""Every rule, in the order of its code."""


def check(spec: Spec) -> Iterator[Finding]:
    """Yield everything that the rules have to say about *spec*, in the order of `RULES`."""
    for rule in RULES:
        yield from rule(spec)
