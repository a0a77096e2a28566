# What one server has to be, whatever else changes. Needs no account: terraform init && terraform test

mock_provider "aws" {
  source          = "../../tests/mocks"
  override_during = plan
}

variables {
  region   = "eu-central-1"
  project  = "chatd"
  port     = 8080
  artifact = "../../modules/server/tests/chatd-linux-arm64"
}

run "network" {
  command = plan

  assert {
    condition     = toset([for rule in aws_vpc_security_group_ingress_rule.telnet : rule.from_port]) == toset([8080]) && toset([for rule in aws_vpc_security_group_ingress_rule.telnet : rule.cidr_ipv4]) == toset(["0.0.0.0/0"])
    error_message = "The chat's port is open, and no other (CKV_AWS_24)."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.https.from_port == 443 && aws_vpc_security_group_egress_rule.https.to_port == 443
    error_message = "Nothing but TLS goes out."
  }

  assert {
    condition     = aws_vpc_endpoint.s3.vpc_endpoint_type == "Gateway"
    error_message = "The way to S3 costs nothing."
  }

  assert {
    condition     = aws_eip_association.this.instance_id == aws_instance.this.id && output.address == "203.0.113.7" && output.telnet == "telnet 203.0.113.7 8080" && length(aws_route53_record.chat) == 0
    error_message = "The address stays when the machine is replaced."
  }
}

run "zone" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type_offerings.zones
    values = { locations = ["eu-central-1c", "eu-central-1b"] }
  }

  assert {
    condition     = aws_subnet.this.availability_zone == "eu-central-1b" && aws_ebs_volume.data.availability_zone == "eu-central-1b"
    error_message = "Everything is in a zone that has the type."
  }
}

run "instance" {
  command = plan

  assert {
    condition     = aws_instance.this.metadata_options[0].http_tokens == "required" && aws_instance.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "Metadata only with tokens, and from the machine alone (CKV_AWS_79, CKV_AWS_341)."
  }

  assert {
    condition     = aws_instance.this.root_block_device[0].encrypted && aws_instance.this.root_block_device[0].volume_type == "gp3" && aws_instance.this.root_block_device[0].delete_on_termination
    error_message = "The machine's own disk is encrypted and goes with it (CKV_AWS_8)."
  }

  assert {
    condition     = aws_instance.this.user_data_replace_on_change && aws_instance.this.user_data == module.server.user_data
    error_message = "Whatever changes in the script replaces the machine."
  }

  assert {
    condition     = strcontains(output.shell, "aws ssm start-session")
    error_message = "Session Manager is the way in."
  }

  assert {
    condition     = aws_instance.this.ami == "ami-0123456789abcdef0" && aws_instance.this.instance_type == "t4g.micro" && aws_instance.this.credit_specification[0].cpu_credits == "unlimited"
    error_message = "The newest image; a new machine is not slow because it has earned nothing yet."
  }

  assert {
    condition     = aws_instance.this.associate_public_ip_address
    error_message = "There is a way to AWS before the Elastic IP is there."
  }
}

run "volume" {
  command = plan

  assert {
    condition     = aws_ebs_volume.data.encrypted && aws_ebs_volume.data.type == "gp3" && aws_ebs_volume.data.size == 8 && !aws_ebs_volume.data.final_snapshot
    error_message = "What was said is encrypted; terraform destroy leaves nothing, unless it was told to (CKV_AWS_3)."
  }

  assert {
    condition     = aws_ebs_volume.data.throughput == 125
    error_message = "Without it the provider cannot change final_snapshot alone."
  }

  assert {
    condition     = aws_volume_attachment.data.stop_instance_before_detaching
    error_message = "The machine ends in order before the volume is taken away."
  }

  assert {
    condition     = strcontains(module.server.user_data, "device=/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0\n") && !can(regex("mkfs[.]xfs[^\n]* -f", module.server.user_data))
    error_message = "The volume is known by its id, and no file system is written over."
  }

  assert {
    condition     = strcontains(module.server.user_data, "RequiresMountsFor=/var/lib/private/chatd\n")
    error_message = "chatd never writes to the machine's own disk."
  }
}

run "script" {
  command = plan

  assert {
    condition     = strcontains(module.server.user_data, "CHATD_DRAIN=\"10s\"") && !strcontains(module.server.user_data, "CHATD_DATABASE=\"") && !strcontains(module.server.user_data, "CHATD_AWS_DRAIN=\"")
    error_message = "SQLite, where the service keeps it; nobody takes the machine out of a group."
  }

  assert {
    condition     = !strcontains(module.server.user_data, "ListenStream=\n") && !strcontains(module.server.user_data, "/usr/local/sbin/chatd-restore \"")
    error_message = "The unit's own port, and nothing restored."
  }

  assert {
    condition     = strcontains(module.server.user_data, "OnCalendar=hourly\n")
    error_message = "A backup each hour."
  }

  assert {
    condition     = length(module.server.user_data) < 12000
    error_message = "User data is 16 KiB at most; leave room."
  }
}

run "backups" {
  command = plan

  assert {
    condition     = module.backups.lifecycle.expiration[0].days == 7 && module.backups.lifecycle.noncurrent_version_expiration[0].noncurrent_days == 7
    error_message = "A backup that is written over is kept for a week, and all have an end."
  }
}

run "rights" {
  command = plan

  assert {
    condition     = toset(flatten([for its in local.statements : its.Action if its.Sid == "Backups"])) == toset(["s3:PutObject", "s3:AbortMultipartUpload"])
    error_message = "The machine adds backups and reads them; it deletes none."
  }

  assert {
    condition     = alltrue([for its in local.statements : its.Resource != "*" || try(its.Condition.StringEquals["cloudwatch:namespace"], null) == "chatd/chatd"])
    error_message = "What the machine may do is to what is its own."
  }
}

run "alarms" {
  command = plan

  assert {
    condition     = toset(keys(module.alarms.alarms)) == toset(["errors", "store", "silent", "machine", "disk", "backups", "credits"])
    error_message = "Somebody is told when chatd reports errors or is silent, the machine fails, the volume is full, a backup is missing, or it costs more."
  }

  assert {
    condition     = module.alarms.alarms["silent"].treat_missing_data == "breaching" && module.alarms.alarms["backups"].treat_missing_data == "breaching" && module.alarms.alarms["credits"].treat_missing_data == "notBreaching"
    error_message = "What does not come is an alarm, but where nothing comes when all is well."
  }

  assert {
    condition     = module.alarms.alarms["disk"].threshold == pow(1024, 3) && module.alarms.alarms["backups"].period * module.alarms.alarms["backups"].evaluation_periods == 3 * 3600
    error_message = "1 GiB free; three hours without a backup."
  }

  assert {
    condition     = module.alarms.alarms["silent"].namespace == module.server.namespace && module.alarms.alarms["backups"].namespace == module.server.namespace
    error_message = "The backup's metric is with chatd's own."
  }
}

run "production" {
  command = plan

  variables {
    port                = 23
    instance_type       = "c7g.medium"
    ami_id              = "ami-0fedcba9876543210"
    allowed_cidrs       = ["203.0.113.0/24", "198.51.100.0/24"]
    domain              = "chat.example.org"
    zone_id             = "Z0123456789ABCDEFGHIJ"
    volume_size         = 100
    final_snapshot      = true
    snapshot            = "snap-0123456789abcdef0"
    deletion_protection = true
    backup_schedule     = "*-*-* 03:00:00"
    backup_alarm_hours  = 26
    backup_days         = 30
    restore             = "backups/2026-11-22T10-00-07Z.db.gz"
    alarm_emails        = ["operators@example.org"]
    drain               = 30
  }

  assert {
    condition     = strcontains(module.server.user_data, "ListenStream=\nListenStream=23\n") && toset([for rule in aws_vpc_security_group_ingress_rule.telnet : "${rule.cidr_ipv4} ${rule.from_port}"]) == toset(["203.0.113.0/24 23", "198.51.100.0/24 23"])
    error_message = "Another port is the socket's, and the group's."
  }

  assert {
    condition     = aws_instance.this.ami == "ami-0fedcba9876543210" && length(aws_instance.this.credit_specification) == 0 && !contains(keys(module.alarms.alarms), "credits")
    error_message = "Types that earn nothing have no credits."
  }

  assert {
    condition     = one(aws_route53_record.chat[0].records) == "203.0.113.7" && aws_route53_record.chat[0].zone_id == "Z0123456789ABCDEFGHIJ" && output.telnet == "telnet chat.example.org 23"
    error_message = "The name leads to the address."
  }

  assert {
    condition     = aws_ebs_volume.data.size == 100 && aws_ebs_volume.data.final_snapshot && aws_ebs_volume.data.snapshot_id == "snap-0123456789abcdef0" && module.alarms.alarms["disk"].threshold == 10 * pow(1024, 3) && terraform_data.protection.input
    error_message = "A tenth of a large volume is free; it begins with a snapshot, and leaves one."
  }

  assert {
    condition     = strcontains(module.server.user_data, "/usr/local/sbin/chatd-restore \"chatd-artifacts\" \"backups/2026-11-22T10-00-07Z.db.gz\"\n") && strcontains(module.server.user_data, "OnCalendar=*-*-* 03:00:00\n")
    error_message = "The backup is restored, and new ones are made when it was said."
  }

  assert {
    condition     = strcontains(module.server.user_data, "CHATD_DRAIN=\"30s\"") && module.alarms.alarms["backups"].evaluation_periods == 26 && module.backups.lifecycle.expiration[0].days == 30 && module.backups.lifecycle.noncurrent_version_expiration[0].noncurrent_days == 30
    error_message = "The rest is as it was said."
  }
}

run "x64" {
  command = plan

  variables {
    instance_type = "t3.micro"
    artifact      = "../../modules/server/tests/chatd-linux-x64"
  }

  assert {
    condition     = aws_instance.this.instance_type == "t3.micro" && length(aws_instance.this.credit_specification) == 1
    error_message = "Intel and AMD, too."
  }
}

run "two_deployments" {
  command = plan

  variables {
    project = "games"
  }

  assert {
    condition     = alltrue([for alarm in values(module.alarms.alarms) : startswith(alarm.alarm_name, "games-")]) && strcontains(module.server.user_data, "NAMESPACE=chatd/games\n") && module.backups.prefix == "games-backups-"
    error_message = "Nothing of one deployment has the name of another's."
  }
}
