# The machine: it holds nothing that is not in its script, in the buckets, or on the volume, so it can be replaced.

module "server" {
  source = "../../modules/server"

  region             = var.region
  project            = var.project
  artifact           = var.artifact
  instance_type      = var.instance_type
  ami_id             = var.ami_id
  settings           = var.settings
  welcome            = var.welcome
  log_retention_days = var.log_retention_days

  environment = { CHATD_DRAIN = "${var.drain}s" }

  files = {
    backup  = { path = "${path.module}/machine/chatd-backup", mode = "755", to = "/usr/local/sbin/chatd-backup" }
    restore = { path = "${path.module}/machine/chatd-restore", mode = "755", to = "/usr/local/sbin/chatd-restore" }
  }

  before_start = templatefile("${path.module}/templates/before-start.sh.tftpl", {
    region          = var.region
    port            = var.port
    volume          = aws_ebs_volume.data.id
    bucket          = module.backups.id
    namespace       = module.server.namespace
    backup_schedule = var.backup_schedule
    restore         = var.restore
  })

  statements = local.statements
}

locals {
  # What it may do besides.
  statements = concat([
    {
      Sid      = "Backups"
      Effect   = "Allow"
      Action   = ["s3:PutObject", "s3:AbortMultipartUpload"]
      Resource = "${module.backups.arn}/backups/*"
    },
    # Metrics have no ARN: the namespace says whose they are.
    {
      Sid       = "BackupMetric"
      Effect    = "Allow"
      Action    = "cloudwatch:PutMetricData"
      Resource  = "*"
      Condition = { StringEquals = { "cloudwatch:namespace" = module.server.namespace } }
    },
    ], var.restore == null ? [] : [
    # Backups have what CHATD_KEEP has deleted: one is read, where it is restored.
    {
      Sid      = "Restore"
      Effect   = "Allow"
      Action   = "s3:GetObject"
      Resource = "${module.backups.arn}/${var.restore}"
    },
  ])

  is_burstable = can(regex("^t[0-9]", var.instance_type))
}

resource "aws_instance" "this" {
  #checkov:skip=CKV_AWS_88:people connect to it; nothing but the chat's port is open
  #checkov:skip=CKV_AWS_126:the alarms do with a value each five minutes
  #checkov:skip=CKV_AWS_135:every current type is optimized for EBS
  ami                         = module.server.image_id
  instance_type               = var.instance_type
  subnet_id                   = aws_subnet.this.id
  vpc_security_group_ids      = [aws_security_group.this.id]
  iam_instance_profile        = module.server.instance_profile.name
  user_data                   = module.server.user_data
  user_data_replace_on_change = true
  # A way to AWS from the first moment on, until the Elastic IP takes its place.
  associate_public_ip_address = true
  tags                        = { Name = var.project }

  # Version 2 alone, and from the instance itself alone.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  root_block_device {
    volume_type           = "gp3"
    volume_size           = 8
    encrypted             = true
    delete_on_termination = true
    tags                  = { Name = "${var.project}-root" }
  }

  # A new machine has earned nothing yet, and would start at a tenth of its speed. Beyond what it earns in a day it costs
  # extra: an alarm says so.
  dynamic "credit_specification" {
    for_each = local.is_burstable ? ["unlimited"] : []

    content {
      cpu_credits = credit_specification.value
    }
  }

  lifecycle {
    precondition {
      condition     = contains(data.aws_ec2_instance_type_offerings.zones.locations, aws_subnet.this.availability_zone)
      error_message = "The volume is in ${aws_subnet.this.availability_zone}, which has no ${var.instance_type}: choose another instance_type."
    }
  }

  # An instance that starts needs all of this, and one that goes needs it to the end.
  depends_on = [
    aws_route.internet,
    aws_route_table_association.this,
    aws_vpc_endpoint.s3,
    aws_vpc_security_group_egress_rule.https,
    module.server,
  ]
}
