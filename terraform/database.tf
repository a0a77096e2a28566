# The PostgreSQL that all nodes share: everything said, and who is where. One of ours in RDS, or one that there is.

locals {
  database_user = "chatd"
  database_name = "chatd"
  # Ours, by their names: more than one while one is restored from another.
  databases = var.external_database != null ? {} : var.databases != null ? var.databases : {
    (var.project) = { source = null, at = null, snapshot = null }
  }
  own_database  = length(local.databases) > 0 ? 1 : 0
  database_used = var.database != null ? var.database : one(keys(local.databases))

  database = var.external_database != null ? var.external_database : {
    url               = "postgres://${local.database_user}@${aws_db_instance.this[local.database_used].endpoint}/${local.database_name}?sslmode=verify-full"
    secret_arn        = aws_db_instance.this[local.database_used].master_user_secret[0].secret_arn
    security_group_id = aws_security_group.database[0].id
  }
  database_port = tonumber(try(regex(":([0-9]+)/", local.database.url)[0], "5432"))
}

resource "aws_security_group" "database" {
  count       = local.own_database
  name_prefix = "${var.project}-database-"
  description = "Database of ${var.project}: from the instances alone"
  vpc_id      = local.network.id
  tags        = { Name = "${var.project}-database" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = local.database.security_group_id
  description                  = "PostgreSQL from the instances of ${var.project}"
  ip_protocol                  = "tcp"
  from_port                    = local.database_port
  to_port                      = local.database_port
  referenced_security_group_id = aws_security_group.instance.id
}

resource "aws_db_subnet_group" "this" {
  count       = local.own_database
  name_prefix = "${var.project}-"
  description = "Subnets of ${var.project}'s database"
  subnet_ids  = local.network.database_subnets
}

resource "aws_db_parameter_group" "this" {
  count       = local.own_database
  name_prefix = "${var.project}-"
  description = "PostgreSQL for ${var.project}"
  family      = "postgres${var.database_version}"

  # The default of this family. RDS does not store it, and tells of it as here: applied otherwise, each plan would change it.
  parameter {
    name         = "rds.force_ssl"
    value        = "1"
    apply_method = "pending-reboot"
  }

  parameter {
    name         = "max_connections"
    value        = tostring(var.database_max_connections)
    apply_method = "pending-reboot"
  }

  # Milliseconds: what takes a second is worth a line in the log, but never what people say: neither the values of a
  # statement nor the row that an error is about.
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  parameter {
    name  = "log_error_verbosity"
    value = "terse"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# RDS keeps its logs for three days by itself. Whoever wants them here gets a group that destroy reaches; RDS may write its
# last lines after that and make the group again: then it is deleted by hand before the same project is applied again.
resource "aws_cloudwatch_log_group" "database" {
  #checkov:skip=CKV_AWS_158:the default encryption of CloudWatch will do
  #checkov:skip=CKV_AWS_338:how long they are kept is a variable
  for_each          = var.database_logs ? local.databases : {}
  name              = "/aws/rds/instance/${each.key}/postgresql"
  retention_in_days = var.log_retention_days
}

# A snapshot's name works once: each database has its own, with the time when it was made.
resource "terraform_data" "final_snapshot" {
  for_each = local.databases
  input    = "${each.key}-made-${formatdate("YYYYMMDDhhmmss", plantimestamp())}-final"

  lifecycle {
    ignore_changes = [input]
  }
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:the alarms do without enhanced monitoring
  #checkov:skip=CKV_AWS_353:not every class has it
  #checkov:skip=CKV_AWS_293:a variable
  #checkov:skip=CKV_AWS_157:a variable
  #checkov:skip=CKV_AWS_129:a variable
  #checkov:skip=CKV2_AWS_30:slow queries are logged, all of them would hold what people say
  for_each                    = local.databases
  identifier                  = each.key
  engine                      = "postgres"
  engine_version              = var.database_version
  engine_lifecycle_support    = "open-source-rds-extended-support-disabled"
  allow_major_version_upgrade = true
  instance_class              = var.database_instance_class

  # What is restored has its own.
  db_name                     = each.value.source == null && each.value.snapshot == null ? local.database_name : null
  username                    = local.database_user
  manage_master_user_password = true

  snapshot_identifier = each.value.snapshot

  dynamic "restore_to_point_in_time" {
    for_each = each.value.source == null ? [] : [each.value]

    content {
      source_db_instance_identifier = restore_to_point_in_time.value.source
      restore_time                  = restore_to_point_in_time.value.at
      use_latest_restorable_time    = restore_to_point_in_time.value.at == null ? true : null
    }
  }

  db_subnet_group_name                = aws_db_subnet_group.this[0].name
  vpc_security_group_ids              = [aws_security_group.database[0].id]
  publicly_accessible                 = false
  multi_az                            = var.database_multi_az
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"
  iam_database_authentication_enabled = true

  storage_type          = "gp3"
  storage_encrypted     = true
  allocated_storage     = var.database_storage.initial
  max_allocated_storage = var.database_storage.max

  parameter_group_name            = aws_db_parameter_group.this[0].name
  auto_minor_version_upgrade      = true
  backup_window                   = var.database_windows.backup
  maintenance_window              = var.database_windows.maintenance
  enabled_cloudwatch_logs_exports = var.database_logs ? ["postgresql"] : []
  copy_tags_to_snapshot           = true
  # What is applied holds when apply is done, and not some night.
  apply_immediately = true

  backup_retention_period   = var.database_backup_days
  delete_automated_backups  = true
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.database_final_snapshot
  final_snapshot_identifier = var.database_final_snapshot ? terraform_data.final_snapshot[each.key].output : null

  # Where it came from counts when it is made, and never replaces it.
  lifecycle {
    ignore_changes = [restore_to_point_in_time, snapshot_identifier, db_name]
  }

  depends_on = [aws_cloudwatch_log_group.database]
}
