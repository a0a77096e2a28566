# The PostgreSQL that all nodes share: everything said, and who is where.

locals {
  database_user = "chatd"
  database_name = "chatd"
}

resource "aws_security_group" "database" {
  name_prefix = "${var.project}-database-"
  description = "Database of ${var.project}: from the instances alone"
  vpc_id      = local.network.id
  tags        = { Name = "${var.project}-database" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "database" {
  security_group_id            = aws_security_group.database.id
  description                  = "PostgreSQL from the instances"
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
  referenced_security_group_id = aws_security_group.instance.id
}

resource "aws_db_subnet_group" "this" {
  name_prefix = "${var.project}-"
  description = "Subnets of ${var.project}'s database"
  subnet_ids  = local.network.database_subnets
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.project}-"
  description = "PostgreSQL for ${var.project}"
  family      = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name         = "max_connections"
    value        = tostring(var.database_max_connections)
    apply_method = "pending-reboot"
  }

  # Milliseconds: what takes a second is worth a line in the log, but never what people say.
  parameter {
    name  = "log_min_duration_statement"
    value = "1000"
  }

  parameter {
    name  = "log_parameter_max_length"
    value = "0"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# RDS would make it by itself, without an end and out of reach of destroy.
resource "aws_cloudwatch_log_group" "database" {
  #checkov:skip=CKV_AWS_158:the default encryption of CloudWatch will do
  #checkov:skip=CKV_AWS_338:how long they are kept is a variable
  name              = "/aws/rds/instance/${var.project}/postgresql"
  retention_in_days = var.log_retention_days
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:the alarms do without enhanced monitoring
  #checkov:skip=CKV_AWS_353:not every class has it
  #checkov:skip=CKV_AWS_293:a variable
  #checkov:skip=CKV_AWS_157:a variable
  #checkov:skip=CKV2_AWS_30:slow queries are logged, all of them would hold what people say
  identifier     = var.project
  engine         = "postgres"
  engine_version = "17"
  instance_class = var.database_instance_class

  db_name                     = local.database_name
  username                    = local.database_user
  manage_master_user_password = true

  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [aws_security_group.database.id]
  publicly_accessible                 = false
  multi_az                            = var.database_multi_az
  ca_cert_identifier                  = "rds-ca-rsa2048-g1"
  iam_database_authentication_enabled = true

  storage_type          = "gp3"
  storage_encrypted     = true
  allocated_storage     = var.database_storage.initial
  max_allocated_storage = var.database_storage.max

  parameter_group_name            = aws_db_parameter_group.this.name
  auto_minor_version_upgrade      = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  copy_tags_to_snapshot           = true
  # What is applied holds when apply is done, and not some night.
  apply_immediately = true

  backup_retention_period   = var.database_backup_days
  delete_automated_backups  = true
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = var.database_final_snapshot == null
  final_snapshot_identifier = var.database_final_snapshot

  depends_on = [aws_cloudwatch_log_group.database]
}
