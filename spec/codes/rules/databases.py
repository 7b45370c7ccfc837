"""Cards about databases."""

from __future__ import annotations

from spec.codes.card import Card

_CREATE = "RDS API reference, `CreateDBInstance`, 2026-11"
_STORAGE = 'RDS user guide, "Amazon RDS DB instance storage", 2026-11'

DATABASES: tuple[Card, ...] = (
    Card(
        code="SF230",
        title="Engine has no cross-region replica here",
        why=(
            "The migration streams a database into a read replica of the target region. RDS does"
            " that for PostgreSQL, MySQL and MariaDB in every region; for the others it does"
            " not, or with editions and licences that a template cannot see. Source: RDS user"
            ' guide, "Supported Regions and DB engines for cross-Region read replicas", 2026-11.'
        ),
        fix=(
            "Leave the database out, and move it by snapshot, by AWS DMS, or by a template of"
            " yours."
        ),
        example="engine: postgresql   # wrong\nengine: postgres     # right",
        aws_says="Read replicas are not supported for engine",
    ),
    Card(
        code="SF231",
        title="Version does not exist",
        why=(
            "A parameter group belongs to a major version, and the replica runs the same one."
            " Source: engine versions in cfn-lint 1.58.0, 2026-11."
        ),
        fix="Write the version in quotes; YAML makes 16.1 of an unquoted 16.10.",
        example=(
            '{engine: mysql, version: "8"}        # wrong\n{engine: mysql, version: "8.0.39"}  '
            " # right"
        ),
        aws_says="Cannot find version 8 for mysql",
    ),
    Card(
        code="SF232",
        title="Instance class is malformed",
        why=f'Classes of RDS begin with "db.", unlike instance types of EC2. Source: {_CREATE}.',
        fix="Write it like db.t3.medium.",
        example="instance_class: t3.medium      # wrong\ninstance_class: db.t3.medium   # right",
        aws_says="Invalid DB Instance class",
    ),
    Card(
        code="SF233",
        title="Backups are off on a replicated database",
        why=(
            f"A replica is seeded from a backup and fed from the logs that backups keep. Source:"
            f" {_CREATE}."
        ),
        fix="Keep backups for a day or more.",
        example="backup_retention_days: 0   # wrong\nbackup_retention_days: 7   # right",
        aws_says="Automated backups are not enabled for this database instance",
    ),
    Card(
        code="SF234",
        title="Backup retention is out of bounds",
        why=f"RDS keeps automated backups for 35 days at most. Source: {_CREATE}.",
        fix="Choose 1 to 35 days; keep older states as snapshots, or with AWS Backup.",
        example="backup_retention_days: 90   # wrong\nbackup_retention_days: 35   # right",
        aws_says="Invalid backup retention period",
    ),
    Card(
        code="SF235",
        title="Storage is out of bounds",
        why=(
            "gp2 and gp3 begin at 20 GiB, io1 and io2 at 100; all end at 65,536. Source:"
            f" {_CREATE}."
        ),
        fix="Choose a size in these bounds.",
        example="storage_gib: 10   # wrong\nstorage_gib: 20   # right",
        aws_says="Invalid storage size for engine name",
    ),
    Card(
        code="SF236",
        title="IOPS do not fit the storage",
        why=(
            "io1 takes 0.5 to 50 IOPS for each GiB, io2 to 1000, 1000 to 256,000 in all; gp3"
            f" from 400 GiB on takes 12,000 to 64,000; gp2 none. Source: {_STORAGE}."
        ),
        fix="Choose another number, size or type.",
        example="{storage_type: gp3, storage_gib: 100, iops: 12000}   # wrong\n"
        "{storage_type: gp3, storage_gib: 400, iops: 12000}   # right",
        aws_says="Invalid iops value",
    ),
    Card(
        code="SF237",
        title="Throughput does not fit the storage",
        why=(
            "gp3 from 400 GiB on takes 500 to 4,000 MiB/s, a quarter of its IOPS at most; nothing"
            f" else takes any. Source: {_STORAGE}."
        ),
        fix="Choose another number, size or type.",
        example="{storage_gib: 100, throughput_mibps: 500}   # wrong\n"
        "{storage_gib: 400, throughput_mibps: 500}   # right",
        aws_says="You can't specify StorageThroughput",
    ),
    Card(
        code="SF238",
        title="Autoscaling has no room",
        why=(
            "The upper limit is above what is allocated by a tenth or more. Source: RDS user guide,"
            ' "Managing capacity automatically with storage autoscaling", 2026-11.'
        ),
        fix="Raise the limit, or leave it out.",
        example="{storage_gib: 100, max_storage_gib: 100}   # wrong\n"
        "{storage_gib: 100, max_storage_gib: 200}   # right",
        aws_says="Invalid max storage size",
    ),
    Card(
        code="SF239",
        title="User name is refused",
        why=(
            "The engine keeps some names for itself, and bounds the length: 16 characters in MySQL"
            f" and MariaDB. Source: {_CREATE}."
        ),
        fix="Choose letters, digits and underscores, a letter first.",
        example="user: admin       # wrong for postgres\nuser: app_owner   # right",
        aws_says="MasterUsername admin cannot be used as it is a reserved word used by the engine",
    ),
    Card(
        code="SF240",
        title="Database name is refused",
        why=(
            "The name is the component's, without hyphens, where none is given; the engine refuses"
            f" words of its language. Source: {_CREATE}."
        ),
        fix='Set "database" to letters, digits and underscores, a letter first.',
        example="databases: {order: {}}                        # wrong\n"
        "databases: {order: {database: order_system}}   # right",
        aws_says="DBName order cannot be used. It is a reserved word for this engine",
    ),
    Card(
        code="SF241",
        title="Database port is out of bounds",
        why=f"RDS listens on ports from 1150 to 65535. Source: {_CREATE}.",
        fix="Choose one of them.",
        example="port: 543    # wrong\nport: 5432   # right",
        aws_says="Invalid port",
    ),
    Card(
        code="SF242",
        title="Window is malformed",
        why=f"Windows are in UTC, in 24 hours, 30 minutes or longer. Source: {_CREATE}.",
        fix='Write "03:00-04:00" daily, "sun:05:00-sun:06:00" weekly, in quotes.',
        example='backup_window: "3:00-4:00"     # wrong\nbackup_window: "03:00-04:00"   # right',
        aws_says="Invalid window format",
    ),
    Card(
        code="SF243",
        title="Backup and maintenance windows overlap",
        why=f"A database is not changed while it is backed up. Source: {_CREATE}.",
        fix="Move one of them.",
        example=(
            '{backup_window: "05:00-06:00", maintenance_window: "sun:05:30-sun:06:30"}   #'
            " wrong\n"
            '{backup_window: "03:00-04:00", maintenance_window: "sun:05:30-sun:06:30"}   # right'
        ),
        aws_says="The backup window and maintenance window must not overlap",
    ),
    Card(
        code="SF244",
        title="Log does not exist",
        why=f"Each engine has logs of its own. Source: {_CREATE}.",
        fix="Name logs of the engine.",
        example=(
            "log_exports: [slowquery]    # wrong for postgres\nlog_exports: [postgresql]   # right"
        ),
        aws_says="You cannot use the log types",
    ),
    Card(
        code="SF245",
        title="Parameter is refused",
        why=(
            "The parameter group is the same on both sides. Read-only switches and server ids"
            " follow from whether an instance is a replica, so RDS sets them. Source: RDS user"
            ' guide, "Working with parameter groups", 2026-11.'
        ),
        fix="Remove it, or correct its name.",
        example='parameters: {read_only: "1"}           # wrong\n'
        'parameters: {max_connections: "500"}   # right',
        aws_says="Could not find parameter with name",
    ),
    Card(
        code="SF246",
        title="Database crosses accounts",
        why=(
            'RDS makes read replicas inside of one account. Source: RDS user guide, "Creating a'
            ' read replica in a different AWS Region", 2026-11.'
        ),
        fix="Move regions in one account first, or move the database by a shared snapshot or DMS.",
        example=(
            'accounts: {source: "111122223333", target: "444455556666"}   # wrong with databases'
        ),
        aws_says="Source DB instance not found",
    ),
    Card(
        code="SF247",
        title="Instance class cannot encrypt",
        why=(
            "Databases here are always encrypted: an encrypted one has encrypted replicas only, and"
            ' nobody can turn it on later. Source: RDS user guide, "Encrypting Amazon RDS'
            ' resources", 2026-11.'
        ),
        fix="Choose a current class.",
        example="instance_class: db.t2.micro   # wrong\ninstance_class: db.t3.micro   # right",
        aws_says="DB Instance class db.t2.micro does not support encryption at rest",
    ),
)
"""SF230 to SF247."""
