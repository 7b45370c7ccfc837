"""
What AWS does that moto does not: supplied here, and nowhere else, for as long as a sandbox runs.

A migration waits for what services do by themselves: a replica follows, objects are copied, clients
stay connected. The handlers of `compiler.sandbox.handlers` play what a template asks for; the rooms
here play what happens then. Each cites what it was built after, and a test holds it against that.

| room | what is supplied |
| --- | --- |
| `databases` | replicas tell that they replicate; reboots; promotions; automated backups |
| `connections` | clients of a database, who outlive the rule that let them in |
| `samples`, `readings` | a sample a minute of the services' own metrics |
| `alarms` | states of alarms, by the samples |
| `targets` | targets that fail their health check |
| `live_replication` | objects appear in the buckets that rules name |
| `batch_jobs`, `batch_calls`, `batch_roles` | S3 Batch Replication of what lay there before |
| `invalidations` | invalidations go on for a while, and one caller's reference makes one |
| `peerings` | options of a peering: each side's in its region, of an active one |

Nothing runs by itself. Whoever looks, at any service, has done first what would have gone on until
then, by the sandbox's clock (`Settings.clock`); what takes time takes `Settings.seconds_per_stack`.
What is to go wrong is asked for by `compiler.sandbox.faults.Faults`, as `Sandbox.faults` also while
the sandbox runs: a promotion that fails half-way leaves an instance promoted and its stack in
`UPDATE_ROLLBACK_FAILED`, since no update makes it a replica again.

What boto3 gets answered by all this, inside the process and over HTTP:

- `rds`: `describe_db_instances` (`DBInstanceStatus`, `StatusInfos` of a replica: `replicating`,
  `error`, `terminated`; `PendingModifiedValues`, `ParameterApplyStatus`, `LatestRestorableTime`),
  `describe_db_snapshots` (an automated one of each instance that keeps backups), `describe_events`
  ("DB instance restarted"), `reboot_db_instance`, `promote_read_replica`.
- `cloudwatch`: `get_metric_data` and `get_metric_statistics` of `AWS/RDS` (`ReplicaLag`,
  `DatabaseConnections`, `CPUUtilization`, `FreeStorageSpace` by `DBInstanceIdentifier`), `AWS/S3`
  (`OperationsFailedReplication`, `OperationsPendingReplication`, `BytesPendingReplication`,
  `ReplicationLatency` by `SourceBucket`, `DestinationBucket`, `RuleId`, in the source's region and
  for rules with metrics) and `AWS/ApplicationELB` (`HealthyHostCount`, `UnHealthyHostCount` by
  `TargetGroup`, `LoadBalancer`); `describe_alarms`.
- `elbv2`: `describe_target_health`.
- `s3`: `head_object` and `get_object` tell `ReplicationStatus`; objects and delete markers
  appear in the destination, under the version ids that they have.
- `s3control`: `create_job`, `describe_job`, `list_jobs`, `update_job_status`; the role must trust
  Batch Operations and be allowed what replication takes. Over HTTP boto3 puts the account before
  the host's name, which has no address there: take it off before sending.
- `cloudfront`: `create_invalidation`, `get_invalidation`, `list_invalidations`.
- `ec2`: `modify_vpc_peering_connection_options`, and `describe_vpc_peering_connections` shows them.

The first samples are those of the minute after a sandbox began. Not played: what encryption and
bucket policies would keep replication from, reports of batch jobs, other metrics.
"""
