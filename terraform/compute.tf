# The instances: each downloads the executable, checks it, and runs it as a service (modules/server).

locals {
  database_ca = {
    path = var.database_ca_bundle != null ? var.database_ca_bundle : "${path.module}/rds-ca.pem"
    mode = "644"
    to   = "/etc/chatd/database-ca.pem"
  }
}

module "server" {
  source = "./modules/server"

  region             = var.region
  project            = var.project
  artifact           = var.artifact
  instance_type      = var.instance_type
  ami_id             = var.ami_id
  files              = { database_ca = local.database_ca }
  settings           = var.settings
  welcome            = var.welcome
  log_retention_days = var.log_retention_days

  environment = {
    CHATD_DATABASE                  = local.database.url
    CHATD_DATABASE_CA               = local.database_ca.to
    CHATD_DATABASE_PASSWORD_COMMAND = "aws secretsmanager get-secret-value --region ${var.region} --secret-id ${local.database.secret_arn} --query SecretString --output text"
    CHATD_OPS_HOST                  = "0.0.0.0"
    CHATD_OPS_PORT                  = local.ops_port
    CHATD_AWS_DRAIN                 = "true"
    CHATD_DRAIN                     = "${var.drain}s"
  }

  statements = [{
    Sid      = "DatabasePassword"
    Effect   = "Allow"
    Action   = "secretsmanager:GetSecretValue"
    Resource = local.database.secret_arn
  }]
}

resource "aws_security_group" "instance" {
  name_prefix = "${var.project}-instance-"
  description = "Instances of ${var.project}: from the load balancer alone"
  vpc_id      = local.network.id
  tags        = { Name = "${var.project}-instance" }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "from_load_balancer" {
  for_each                     = { chat = local.chat_port, health = local.ops_port }
  security_group_id            = aws_security_group.instance.id
  description                  = "From the load balancer: ${each.key}"
  ip_protocol                  = "tcp"
  from_port                    = each.value
  to_port                      = each.value
  referenced_security_group_id = aws_security_group.load_balancer.id
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.instance.id
  description       = "AWS: S3, Secrets Manager, Session Manager, CloudWatch, packages"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "database" {
  security_group_id            = aws_security_group.instance.id
  description                  = "The database"
  ip_protocol                  = "tcp"
  from_port                    = local.database_port
  to_port                      = local.database_port
  referenced_security_group_id = local.database.security_group_id
}

resource "aws_launch_template" "this" {
  #checkov:skip=CKV_AWS_88:public addresses save the NAT gateways; nothing but the load balancer gets in
  name_prefix            = "${var.project}-"
  description            = "A node of ${var.project}"
  image_id               = module.server.image_id
  instance_type          = var.instance_type
  update_default_version = true
  user_data              = base64encode(module.server.user_data)

  iam_instance_profile {
    arn = module.server.instance_profile.arn
  }

  network_interfaces {
    associate_public_ip_address = local.network.assign_public_ip
    security_groups             = [aws_security_group.instance.id]
    delete_on_termination       = true
  }

  # Version 2 alone, and from the instance itself alone.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      volume_type           = "gp3"
      volume_size           = 8
      encrypted             = true
      delete_on_termination = true
    }
  }

  # The provider's default tags do not reach what a group starts.
  dynamic "tag_specifications" {
    for_each = ["instance", "volume", "network-interface"]

    content {
      resource_type = tag_specifications.value
      tags          = merge(local.tags, { Name = var.project })
    }
  }
}

resource "aws_autoscaling_group" "this" {
  name_prefix         = "${var.project}-"
  min_size            = var.capacity.min
  max_size            = var.capacity.max
  vpc_zone_identifier = local.network.instance_subnets
  target_group_arns   = [aws_lb_target_group.chat.arn]

  # A server that is alive and does not serve is replaced. It takes the load balancer some minutes to find a new one, and a
  # new version some to migrate the database.
  health_check_type         = "ELB"
  health_check_grace_period = 300
  default_instance_warmup   = 120

  # apply returns when people can connect.
  min_elb_capacity          = var.capacity.min
  wait_for_capacity_timeout = "15m"

  enabled_metrics      = ["GroupInServiceInstances", "GroupDesiredCapacity", "GroupTotalInstances"]
  termination_policies = ["OldestLaunchTemplate", "OldestInstance"]

  # Nobody is cut off for the balance of the zones.
  suspended_processes = ["AZRebalance"]

  launch_template {
    id = aws_launch_template.this.id
    # A number: with $Latest no change would ever start a refresh.
    version = aws_launch_template.this.latest_version
  }

  # First the new ones, then the old: half as many again, and never fewer than now. No auto_rollback: the provider gives the
  # group the new template before it starts the refresh, so that would lead to the same, and forbid an apply of the old one
  # meanwhile.
  instance_refresh {
    strategy = "Rolling"

    preferences {
      min_healthy_percentage = 100
      max_healthy_percentage = 150
      skip_matching          = true
    }
  }

  instance_maintenance_policy {
    min_healthy_percentage = 100
    max_healthy_percentage = 150
  }

  dynamic "tag" {
    for_each = merge(local.tags, { Name = var.project })

    content {
      key                 = tag.key
      value               = tag.value
      propagate_at_launch = true
    }
  }

  # The last ones drain, too.
  timeouts {
    delete = "90m"
  }

  # An instance that starts needs all of this, and one that goes needs it to the end.
  depends_on = [
    aws_lb_listener.telnet,
    module.server,
    aws_route_table_association.public,
    aws_route.internet,
    aws_vpc_security_group_ingress_rule.from_load_balancer,
    aws_vpc_security_group_ingress_rule.database,
    aws_vpc_security_group_egress_rule.https,
    aws_vpc_security_group_egress_rule.database,
    aws_vpc_security_group_egress_rule.to_instances,
  ]
}

# More instances when there are many connections for each. Never fewer by itself: people would be cut off.
resource "aws_autoscaling_policy" "connections" {
  name                   = "connections-per-instance"
  autoscaling_group_name = aws_autoscaling_group.this.name
  policy_type            = "TargetTrackingScaling"

  target_tracking_configuration {
    target_value     = var.connections_per_instance
    disable_scale_in = true

    customized_metric_specification {
      metrics {
        id          = "connections"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "AWS/NetworkELB"
            metric_name = "ActiveFlowCount"

            dimensions {
              name  = "LoadBalancer"
              value = aws_lb.this.arn_suffix
            }
          }
        }
      }

      metrics {
        id          = "instances"
        return_data = false

        metric_stat {
          stat = "Average"

          metric {
            namespace   = "AWS/AutoScaling"
            metric_name = "GroupInServiceInstances"

            dimensions {
              name  = "AutoScalingGroupName"
              value = aws_autoscaling_group.this.name
            }
          }
        }
      }

      metrics {
        id          = "each"
        label       = "Connections per instance"
        expression  = "connections / instances"
        return_data = true
      }
    }
  }
}
