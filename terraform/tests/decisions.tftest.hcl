# What the deployment has to be, whatever else changes. Needs no account: terraform init && terraform test

mock_provider "aws" {
  source          = "./tests/mocks"
  override_during = plan
}

variables {
  region   = "eu-central-1"
  artifact = "modules/server/tests/chatd-linux-arm64"
}

run "load_balancer" {
  command = plan

  assert {
    condition     = aws_lb.this.load_balancer_type == "network" && !aws_lb.this.internal
    error_message = "People connect from the internet, over TCP."
  }

  assert {
    condition     = aws_lb.this.enable_cross_zone_load_balancing
    error_message = "With two instances each zone has to reach both (CKV_AWS_152)."
  }

  assert {
    condition     = length(aws_lb.this.security_groups) == 1
    error_message = "A network load balancer takes security groups only when it is made."
  }

  assert {
    condition     = aws_lb_listener.telnet.protocol == "TCP" && aws_lb_listener.telnet.port == 8080 && aws_lb_listener.telnet.tcp_idle_timeout_seconds == 3600
    error_message = "Telnet, and silence of an hour is allowed."
  }

  assert {
    condition     = length(aws_lb_listener.telnets) == 0 && output.telnets == null
    error_message = "Without a certificate there is no TLS."
  }

  assert {
    condition     = !aws_lb.this.enable_deletion_protection
    error_message = "terraform destroy asks nothing, unless it was told to."
  }

  assert {
    condition     = output.telnet == "telnet chatd-1.elb.eu-central-1.amazonaws.com 8080" && output.nlb_dns_name == "chatd-1.elb.eu-central-1.amazonaws.com"
    error_message = "The outputs say what to type."
  }
}

run "target_group" {
  command = plan

  assert {
    condition     = aws_lb_target_group.chat.protocol == "TCP" && aws_lb_target_group.chat.target_type == "instance" && aws_lb_target_group.chat.preserve_client_ip == "true"
    error_message = "chatd sees the peers' addresses: its limits count them."
  }

  assert {
    condition     = length(aws_lb_target_group.chat.name_prefix) <= 6
    error_message = "A group that is replaced needs a name of its own, and the prefix has six letters at most."
  }

  assert {
    condition     = tonumber(aws_lb_target_group.chat.deregistration_delay) == 75 && aws_lb_target_group.chat.connection_termination
    error_message = "An instance that goes has its time to drain and 15 s, and then nothing is left open."
  }

  assert {
    condition     = aws_lb_target_group.chat.health_check[0].protocol == "HTTP" && aws_lb_target_group.chat.health_check[0].path == "/readyz" && aws_lb_target_group.chat.health_check[0].port == "8079" && aws_lb_target_group.chat.health_check[0].matcher == "200"
    error_message = "Readiness is asked at the ops port: a check of the chat's port would prove only that the kernel accepts."
  }

  assert {
    condition     = aws_lb_target_group.chat.target_health_state[0].enable_unhealthy_connection_termination == false && aws_lb_target_group.chat.target_health_state[0].unhealthy_draining_interval == 900
    error_message = "A failed check must not cut everybody off, at once or before a successor serves."
  }
}

run "drain_is_one_variable" {
  command = plan

  variables {
    drain = 300
  }

  assert {
    condition     = tonumber(aws_lb_target_group.chat.deregistration_delay) == 315
    error_message = "The target group waits for the drain and 15 s."
  }

  assert {
    condition     = strcontains(module.server.user_data, "CHATD_DRAIN=\"300s\"\n")
    error_message = "The daemon drains, and tells systemd how long."
  }
}

run "tls" {
  command = plan

  variables {
    tls_certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1"
    tls_port            = 6697
  }

  assert {
    condition     = aws_lb_listener.telnets[0].protocol == "TLS" && aws_lb_listener.telnets[0].port == 6697 && aws_lb_listener.telnets[0].ssl_policy == "ELBSecurityPolicy-TLS13-1-2-2021-06"
    error_message = "TLS 1.2 and 1.3 (CKV_AWS_103)."
  }

  assert {
    condition     = aws_lb_listener.telnets[0].default_action[0].target_group_arn == aws_lb_target_group.chat.arn
    error_message = "Behind both ports is the same chat."
  }

  assert {
    condition     = length(aws_vpc_security_group_ingress_rule.telnets) == 1
    error_message = "The port is open."
  }
}

run "group" {
  command = plan

  assert {
    condition     = aws_autoscaling_group.this.min_size == 2 && aws_autoscaling_group.this.max_size == 4
    error_message = "Two nodes at least."
  }

  assert {
    condition     = aws_autoscaling_group.this.health_check_type == "ELB" && aws_autoscaling_group.this.health_check_grace_period >= 120
    error_message = "A dead service is replaced, and a new one has time to come up (CKV2_AWS_15)."
  }

  assert {
    condition     = aws_autoscaling_group.this.launch_template[0].version == "7"
    error_message = "A version by number: with $Latest nothing ever starts a refresh."
  }

  assert {
    condition     = aws_autoscaling_group.this.instance_refresh[0].strategy == "Rolling" && aws_autoscaling_group.this.instance_refresh[0].preferences[0].min_healthy_percentage == 100
    error_message = "An upgrade starts new instances before it ends old ones."
  }

  assert {
    condition     = aws_autoscaling_group.this.instance_refresh[0].preferences[0].max_healthy_percentage == 150 && coalesce(aws_autoscaling_group.this.instance_refresh[0].preferences[0].auto_rollback, false) == false
    error_message = "Half as many again, and no way back by itself: it would lead to the same."
  }

  assert {
    condition     = contains(aws_autoscaling_group.this.suspended_processes, "AZRebalance")
    error_message = "No instance ends by itself."
  }

  assert {
    condition     = anytrue([for tag in aws_autoscaling_group.this.tag : tag.key == "Project" && tag.value == "chatd" && tag.propagate_at_launch])
    error_message = "Instances carry the tag (CKV_AWS_153)."
  }

  assert {
    condition     = contains(aws_autoscaling_group.this.enabled_metrics, "GroupInServiceInstances")
    error_message = "The number of nodes is measured."
  }

  assert {
    condition     = aws_autoscaling_policy.connections.target_tracking_configuration[0].disable_scale_in && aws_autoscaling_policy.connections.target_tracking_configuration[0].target_value == 5000
    error_message = "More nodes by connections, and never fewer by itself."
  }
}

run "launch_template" {
  command = plan

  assert {
    condition     = aws_launch_template.this.image_id == "ami-0123456789abcdef0"
    error_message = "The newest image, by its id: resolve:ssm cannot be rolled back to."
  }

  assert {
    condition     = aws_launch_template.this.metadata_options[0].http_tokens == "required" && aws_launch_template.this.metadata_options[0].http_put_response_hop_limit == 1
    error_message = "Metadata only with tokens, and from the instance alone (CKV_AWS_79, CKV_AWS_341)."
  }

  assert {
    condition     = alltrue([for device in aws_launch_template.this.block_device_mappings : device.ebs[0].encrypted == "true" && device.ebs[0].volume_type == "gp3" && device.ebs[0].delete_on_termination == "true"])
    error_message = "Disks are encrypted and go with the instance."
  }

  assert {
    condition     = toset([for its in aws_launch_template.this.tag_specifications : its.resource_type if its.tags["Project"] == "chatd"]) == toset(["instance", "volume", "network-interface"])
    error_message = "Default tags do not reach what a group starts."
  }

  assert {
    condition     = aws_launch_template.this.key_name == null
    error_message = "No key: Session Manager is the way in."
  }

}

run "user_data" {
  command = plan

  assert {
    condition     = strcontains(module.server.user_data, "aws secretsmanager get-secret-value") && !can(regex("(?i)password=|PASSWORD=[^\"]", replace(module.server.user_data, "CHATD_DATABASE_PASSWORD_COMMAND=\"", "")))
    error_message = "The password is asked for when it is needed, and is not in here (CKV_AWS_46)."
  }

  assert {
    condition     = strcontains(module.server.user_data, "sslmode=verify-full") && strcontains(module.server.user_data, "CHATD_DATABASE_CA=\"/etc/chatd/database-ca.pem\"")
    error_message = "The database's certificate is checked against Amazon's authorities."
  }

  assert {
    condition     = strcontains(module.server.user_data, "CHATD_AWS_DRAIN=\"true\"") && strcontains(module.server.user_data, "CHATD_OPS_HOST=\"0.0.0.0\"")
    error_message = "It sees when it has to go, and the load balancer can ask whether it is ready."
  }

  assert {
    condition     = length(module.server.user_data) < 12000
    error_message = "User data is 16 KiB at most; leave room."
  }
}

run "database" {
  command = plan

  assert {
    condition     = aws_db_instance.this["chatd"].engine == "postgres" && aws_db_instance.this["chatd"].multi_az
    error_message = "Every commit is in two zones (CKV_AWS_157)."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].apply_immediately && aws_db_instance.this["chatd"].manage_master_user_password && aws_db_instance.this["chatd"].password == null
    error_message = "AWS makes the password, keeps it and changes it: it is in no state."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].storage_encrypted && !aws_db_instance.this["chatd"].publicly_accessible
    error_message = "Encrypted, and not to be reached from outside (CKV_AWS_16, CKV_AWS_17)."
  }

  assert {
    condition     = anytrue([for its in aws_db_parameter_group.this[0].parameter : its.name == "rds.force_ssl" && its.value == "1" && its.apply_method == "pending-reboot"])
    error_message = "TLS is required; applied at once, RDS would tell of another method, and each plan would change it."
  }

  assert {
    condition     = anytrue([for its in aws_db_parameter_group.this[0].parameter : its.name == "log_parameter_max_length" && its.value == "0"]) && anytrue([for its in aws_db_parameter_group.this[0].parameter : its.name == "log_error_verbosity" && its.value == "terse"])
    error_message = "The database's log must not hold what people say: no values of statements, and no rows that errors are about."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].ca_cert_identifier == "rds-ca-rsa2048-g1"
    error_message = "Its authority is one of those in rds-ca.pem."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].max_allocated_storage > aws_db_instance.this["chatd"].allocated_storage
    error_message = "Storage grows."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].backup_retention_period == 7 && aws_db_instance.this["chatd"].auto_minor_version_upgrade && aws_db_instance.this["chatd"].iam_database_authentication_enabled && aws_db_instance.this["chatd"].copy_tags_to_snapshot
    error_message = "CKV_AWS_133, CKV_AWS_226, CKV_AWS_161."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].engine_lifecycle_support == "open-source-rds-extended-support-disabled"
    error_message = "Extended support costs."
  }

  assert {
    condition     = aws_db_instance.this["chatd"].skip_final_snapshot && aws_db_instance.this["chatd"].delete_automated_backups && !aws_db_instance.this["chatd"].deletion_protection
    error_message = "terraform destroy leaves nothing, and asks nothing."
  }

  assert {
    condition     = length(aws_cloudwatch_log_group.database) == 0 && length(aws_db_instance.this["chatd"].enabled_cloudwatch_logs_exports) == 0
    error_message = "RDS writes its last lines after the group is gone, and makes it again: the next apply of the same project would fail."
  }
}

run "production" {
  command = plan

  variables {
    deletion_protection     = true
    database_final_snapshot = true
    database_multi_az       = false
    database_logs           = true
    ami_id                  = "ami-0fedcba9876543210"
    flow_logs               = true
  }

  assert {
    condition     = aws_db_instance.this["chatd"].deletion_protection && aws_lb.this.enable_deletion_protection && !aws_db_instance.this["chatd"].skip_final_snapshot && can(regex("^chatd-made-[0-9]{14}-final$", terraform_data.final_snapshot["chatd"].input))
    error_message = "What is protected stays, and leaves a snapshot (CKV_AWS_293)."
  }

  assert {
    condition     = !aws_db_instance.this["chatd"].multi_az && aws_launch_template.this.image_id == "ami-0fedcba9876543210"
    error_message = "Zones and image are variables."
  }

  assert {
    condition     = length(aws_flow_log.this) == 1 && aws_cloudwatch_log_group.database["chatd"].name == "/aws/rds/instance/chatd/postgresql"
    error_message = "Flows are logged (CKV2_AWS_11), and the database's log goes with the rest."
  }

  assert {
    condition     = terraform_data.protection.input
    error_message = "destroy is refused before anything goes."
  }
}

run "network" {
  command = plan

  assert {
    condition     = length(aws_subnet.public) == 2 && length(aws_subnet.database) == 2 && aws_subnet.public[0].availability_zone != aws_subnet.public[1].availability_zone && aws_subnet.database[0].availability_zone != aws_subnet.database[1].availability_zone
    error_message = "Two zones."
  }

  assert {
    condition     = length(distinct(concat(aws_subnet.public[*].cidr_block, aws_subnet.database[*].cidr_block))) == 4
    error_message = "Each subnet has addresses of its own."
  }

  assert {
    condition     = alltrue([for subnet in concat(aws_subnet.public, aws_subnet.database) : subnet.map_public_ip_on_launch != true])
    error_message = "Public addresses are given by the launch template, and by nothing else (CKV_AWS_130)."
  }

  assert {
    condition     = aws_vpc_endpoint.s3[0].vpc_endpoint_type == "Gateway" && aws_vpc_endpoint.s3[0].service_name == "com.amazonaws.eu-central-1.s3"
    error_message = "The way to S3 stays inside."
  }

  assert {
    condition     = length(aws_default_security_group.closed) == 1
    error_message = "The default group lets nothing through (CKV2_AWS_12)."
  }

  assert {
    condition     = length(aws_flow_log.this) == 0
    error_message = "Flow logs are a variable."
  }
}

run "security_groups" {
  command = plan

  assert {
    condition     = alltrue([for group in [aws_security_group.load_balancer, aws_security_group.instance, aws_security_group.database[0]] : group.description != null && group.description != "Managed by Terraform"])
    error_message = "Each group says what it is for (CKV_AWS_23)."
  }

  assert {
    condition = alltrue([for rule in concat(
      values(aws_vpc_security_group_ingress_rule.telnet), values(aws_vpc_security_group_egress_rule.to_instances),
      values(aws_vpc_security_group_ingress_rule.from_load_balancer), [aws_vpc_security_group_ingress_rule.database],
      [aws_vpc_security_group_egress_rule.https, aws_vpc_security_group_egress_rule.database],
    ) : rule.description != null && rule.ip_protocol == "tcp" && rule.from_port == rule.to_port])
    error_message = "Each rule is for one port, and says what for (CKV_AWS_23)."
  }

  assert {
    condition     = alltrue([for rule in values(aws_vpc_security_group_ingress_rule.from_load_balancer) : rule.cidr_ipv4 == null && rule.referenced_security_group_id == aws_security_group.load_balancer.id])
    error_message = "Only the load balancer gets to the instances: no port 22, nothing else."
  }

  assert {
    condition     = aws_vpc_security_group_ingress_rule.database.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.database.from_port == 5432
    error_message = "Only the instances get to the database."
  }

  assert {
    condition     = toset([for rule in values(aws_vpc_security_group_egress_rule.to_instances) : rule.from_port]) == toset([8080, 8079])
    error_message = "Health checks go out by a rule, too."
  }
}

run "alarms" {
  command = plan

  variables {
    alarm_emails = ["operators@example.org"]
  }

  assert {
    condition     = toset(keys(module.alarms.alarms)) == toset(["errors", "store", "silent", "unhealthy-hosts", "node-count", "capacity", "database-cpu", "database-storage", "database-memory", "database-connections", "database-credits"])
    error_message = "What chatd reports, hosts, nodes and the database are watched."
  }

  assert {
    condition     = alltrue([for name, alarm in module.alarms.alarms : toset(alarm.alarm_actions) == toset([module.alarms.topic_arn]) && alarm.treat_missing_data == (contains(["errors", "store", "database-credits"], name) ? "notBreaching" : "breaching")])
    error_message = "Somebody is told, also where AWS measures nothing any more; a log without errors is no alarm."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["refresh-failed"].event_pattern).source == ["aws.autoscaling"] && jsondecode(aws_cloudwatch_event_rule.this["database"].event_pattern).detail.SourceIdentifier == ["chatd"]
    error_message = "An upgrade that stopped is told, and what happens to the database."
  }

  assert {
    condition     = module.alarms.alarms["node-count"].threshold == 2 && module.alarms.alarms["database-connections"].threshold == 80
    error_message = "The bounds are those of the variables."
  }

}

run "dashboard" {
  command = plan

  assert {
    condition     = length(jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets) == 10 && alltrue([for widget in jsondecode(aws_cloudwatch_dashboard.this.dashboard_body).widgets : widget.type == "metric" && length(widget.properties.metrics) > 0])
    error_message = "One page says how the chat is."
  }

}

run "name" {
  command = plan

  variables {
    domain  = "chat.example.org"
    zone_id = "Z0123456789ABCDEFGHIJ"
  }

  assert {
    condition     = aws_acm_certificate.this[0].domain_name == "chat.example.org" && aws_acm_certificate.this[0].validation_method == "DNS" && length(aws_route53_record.validation) == 1
    error_message = "The certificate is for the name, and proves itself by a record."
  }

  assert {
    condition     = aws_route53_record.chat[0].name == "chat.example.org" && aws_route53_record.chat[0].type == "A" && aws_route53_record.chat[0].alias[0].name == aws_lb.this.dns_name
    error_message = "The name is the load balancer's."
  }

  assert {
    condition     = length(aws_lb_listener.telnets) == 1 && length(aws_vpc_security_group_ingress_rule.telnets) == 1
    error_message = "A name brings TLS."
  }

  assert {
    condition     = jsondecode(aws_cloudwatch_event_rule.this["certificate"].event_pattern).resources == ["arn:aws:acm:eu-central-1:123456789012:certificate/1"]
    error_message = "A certificate that does not renew is told in time."
  }

  assert {
    condition     = output.telnet == "telnet chat.example.org 8080" && output.telnets == "openssl s_client -quiet -connect chat.example.org:992"
    error_message = "The outputs say what to type."
  }
}

run "zones" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type_offerings.zones[0]
    values = { locations = ["eu-central-1c", "eu-central-1b"] }
  }

  assert {
    condition     = join(" ", aws_subnet.public[*].availability_zone) == "eu-central-1b eu-central-1c"
    error_message = "Instances are where their type can be had."
  }
}

run "too_few_zones" {
  command = plan

  override_data {
    target = data.aws_ec2_instance_type_offerings.zones[0]
    values = { locations = ["eu-central-1c"] }
  }

  expect_failures = [aws_vpc.this]
}

run "back_to_a_moment" {
  command = plan

  variables {
    databases = {
      chatd   = {}
      chatd-2 = { source = "chatd", at = "2026-11-22T10:00:00Z" }
      chatd-3 = { snapshot = "chatd-made-20261122100000-final" }
    }
    database = "chatd-2"
  }

  assert {
    condition     = aws_db_instance.this["chatd-2"].restore_to_point_in_time[0].source_db_instance_identifier == "chatd" && aws_db_instance.this["chatd-2"].restore_to_point_in_time[0].restore_time == "2026-11-22T10:00:00Z" && aws_db_instance.this["chatd-3"].snapshot_identifier == "chatd-made-20261122100000-final"
    error_message = "A database comes from a moment of another one, or from a snapshot; the first one stays."
  }

  assert {
    condition     = local.database_used == "chatd-2" && length(aws_db_instance.this) == 3 && length(aws_db_instance.this["chatd"].restore_to_point_in_time) == 0
    error_message = "The chat uses the one that is named."
  }
}

run "external_database" {
  command = plan

  variables {
    database_ca_bundle = "rds-ca.pem"
    external_database = {
      url               = "postgres://talk@db.example.org:6432/talk?sslmode=verify-full"
      secret_arn        = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:talk"
      security_group_id = "sg-0fedcba9876543210"
    }
  }

  assert {
    condition     = length(aws_db_instance.this) + length(aws_db_parameter_group.this) + length(aws_db_subnet_group.this) + length(aws_security_group.database) == 0 && keys(aws_cloudwatch_event_rule.this) == ["refresh-failed"]
    error_message = "Nothing of a database is made."
  }

  assert {
    condition     = strcontains(module.server.user_data, "CHATD_DATABASE=\"postgres://talk@db.example.org:6432/talk?sslmode=verify-full\"") && strcontains(module.server.user_data, "secret:talk")
    error_message = "The instances use the one that there is, with its secret."
  }

  assert {
    condition     = aws_vpc_security_group_egress_rule.database.from_port == 6432 && aws_vpc_security_group_ingress_rule.database.security_group_id == "sg-0fedcba9876543210"
    error_message = "The way there is open at both ends."
  }

  assert {
    condition     = toset(keys(module.alarms.alarms)) == toset(["errors", "store", "silent", "unhealthy-hosts", "node-count", "capacity"]) && output.database_endpoint == "db.example.org:6432"
    error_message = "Somebody else watches it."
  }
}

run "two_deployments" {
  command = plan

  variables {
    project = "games"
  }

  assert {
    condition     = aws_lb.this.name == "games" && aws_db_instance.this["games"].identifier == "games" && alltrue([for alarm in values(module.alarms.alarms) : startswith(alarm.alarm_name, "games-")])
    error_message = "Nothing of one deployment has the name of another's."
  }

  assert {
    condition     = anytrue([for tag in aws_autoscaling_group.this.tag : tag.key == "Project" && tag.value == "games"])
    error_message = "The tag is the project's."
  }
}

run "existing_network" {
  command = plan

  variables {
    vpc = {
      id                    = "vpc-0123456789abcdef0"
      load_balancer_subnets = ["subnet-a", "subnet-b"]
      instance_subnets      = ["subnet-c", "subnet-d"]
      database_subnets      = ["subnet-e", "subnet-f"]
    }
  }

  assert {
    condition     = length(aws_vpc.this) + length(aws_subnet.public) + length(aws_subnet.database) + length(aws_internet_gateway.this) + length(aws_default_security_group.closed) == 0
    error_message = "Nothing of the network is made."
  }

  assert {
    condition     = toset(aws_lb.this.subnets) == toset(["subnet-a", "subnet-b"]) && toset(aws_autoscaling_group.this.vpc_zone_identifier) == toset(["subnet-c", "subnet-d"]) && toset(aws_db_subnet_group.this[0].subnet_ids) == toset(["subnet-e", "subnet-f"]) && aws_security_group.instance.vpc_id == "vpc-0123456789abcdef0"
    error_message = "Everything is where it was told to be."
  }

  assert {
    condition     = aws_launch_template.this.network_interfaces[0].associate_public_ip_address == "false"
    error_message = "Subnets with another way out need no public addresses."
  }
}
